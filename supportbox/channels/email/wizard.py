"""What the wizard knows of a mailbox that is not saved yet: kept for each agent, its secrets sealed, for a day."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels import vault
from supportbox.channels.email.oauth import Grant
from supportbox.channels.email.presets import PRESETS, Server
from supportbox.channels.email.stages import Servers
from supportbox.channels.email.url import Protocol, ServerUrl, Tokens, is_loopback, read_url
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import Setting
from supportbox.people.setting_values import drop_value, find_value, keep_value

LIFE = timedelta(days=1)
_PREFIX = "mailbox-wizard:"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The form so far. `password_sealed` and `grant_sealed` are worthless without the instance's key."""

    address: str
    preset: str
    how: str
    imap: Server
    smtp: Server
    user: str
    folder: str = "INBOX"
    password_sealed: str = ""
    grant_sealed: str = ""
    mailbox_id: int | None = None  # whose servers are changed; none for a new mailbox
    kept_at: str = ""

    @property
    def has_secret(self) -> bool:
        return bool(self.password_sealed or self.grant_sealed)

    @property
    def mark(self) -> str:
        """The same for the same values: what was tried is known to be what is saved."""
        values = {**asdict(self), "kept_at": ""}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def url(self, protocol: Protocol, secret: str = "", tokens: Tokens | None = None) -> ServerUrl:
        """A server's address. Raises Refused where it cannot be one."""
        is_in = protocol == "IMAP"
        server = self.imap if is_in else self.smtp
        if server.security == "plain" and not is_loopback(server.host):
            raise Refused(
                "%(host)s is not this machine: without encryption the password could be read on the way.",
                host=server.host,
            )
        url = server.url(protocol, self.user, folder=self.folder)
        return replace(read_url(str(url), protocol), password=secret, token=tokens)

    def servers(self, settings: Settings) -> Servers:
        """What a trial needs, the secrets opened."""
        tokens: Tokens | None = None
        if self.grant_sealed:
            token = self.grant(settings).access_token
            tokens = lambda refused: token  # noqa: E731 - one line; a trial is over long before a token ends
        password = "" if tokens else vault.unseal(settings, self.password_sealed)
        preset = PRESETS.get(self.preset)
        return Servers(
            self.address,
            self.url("IMAP", password, tokens),
            self.url("SMTP", password, tokens),
            needs_app_password=bool(preset and preset.wants in ("app", "sign-in")),
        )

    def grant(self, settings: Settings) -> Grant:
        return Grant.from_text(vault.unseal(settings, self.grant_sealed))


def find_unsaved(session: Session, agent_id: int, now: datetime) -> Unsaved | None:
    """What this agent is about to set up, if that was today."""
    values: dict[str, Any] | None = find_value(session, _key(agent_id))
    if not values or now - datetime.fromisoformat(values["kept_at"]) > LIFE:
        return None
    servers = {name: Server(**values[name]) for name in ("imap", "smtp")}
    return Unsaved(**{**values, **servers})


def keep_unsaved(session: Session, agent_id: int, unsaved: Unsaved, now: datetime) -> None:
    keep_value(session, _key(agent_id), {**asdict(unsaved), "kept_at": now.isoformat()})


def drop_unsaved(session: Session, agent_id: int) -> None:
    drop_value(session, _key(agent_id))


def purge_unsaved(session: Session, now: datetime) -> int:
    """Forget what nobody came back to within a day, secrets and all; returns how many went."""
    kept = session.execute(select(Setting.key, Setting.value).where(Setting.key.startswith(_PREFIX))).all()
    old = [key for key, value in kept if now - datetime.fromisoformat(value["kept_at"]) > LIFE]
    for key in old:
        drop_value(session, key)
    return len(old)


def unsaved_from(mailbox: Mailbox) -> Unsaved:
    """A mailbox that is there, so that its servers can be changed; its secrets are sealed already."""
    imap, smtp = read_url(mailbox.imap_url, "IMAP"), read_url(mailbox.smtp_url, "SMTP")
    return Unsaved(
        address=mailbox.address,
        preset=next((key for key, one in PRESETS.items() if one.imap.host == imap.host), "own"),
        how="domain",
        imap=Server(imap.host, imap.port, imap.security),
        smtp=Server(smtp.host, smtp.port, smtp.security),
        user=imap.user,
        folder=imap.folder,
        password_sealed=mailbox.imap_sealed,
        grant_sealed=mailbox.oauth_sealed,
        mailbox_id=mailbox.id,
    )


def _key(agent_id: int) -> str:
    return f"{_PREFIX}{agent_id}"
