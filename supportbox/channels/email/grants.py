"""Grants: the sealed tokens of mailboxes, renewed in time, by one at a time, and never again once they are revoked."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supportbox.channels import vault
from supportbox.channels.email import oauth
from supportbox.channels.email.faults import Fault
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db, transaction

# One renewal at a time for each mailbox: a provider that changes the refresh token takes the second for a thief.
_LOCKS: defaultdict[tuple[Path, int], threading.Lock] = defaultdict(threading.Lock)


def connect(session: Session, settings: Settings, mailbox: Mailbox, grant: oauth.Grant) -> None:
    """Let a mailbox work with what a sign-in gave; passwords are not needed any more."""
    for name, value in _row(settings, grant).items():
        setattr(mailbox, name, value)
    mailbox.oauth_fault = ""
    mailbox.imap_sealed = mailbox.smtp_sealed = ""
    session.flush()


def access_token(settings: Settings, mailbox_id: int, now: datetime, *, refused: str = "") -> str:
    """A token that is good for a while; `refused` is the one that a mail server has just turned down. In an
    application context, outside of any transaction. Raises Refused, without asking anybody once a person must act."""
    with _LOCKS[settings.instance, mailbox_id]:
        sealed, fault = _stored(mailbox_id)
        if fault:
            raise oauth.SignInOver(fault)
        grant = _opened(settings, sealed)
        is_refused = refused == grant.access_token
        if now < grant.renew_at and not is_refused:
            return grant.access_token
        try:
            return _renewed(settings, mailbox_id, sealed, grant, now)
        except Fault:
            if is_refused or now >= grant.ends_at:
                raise
            return grant.access_token


def tokens_of(settings: Settings, mailbox_id: int, clock: Callable[[], datetime]) -> Callable[[str], str]:
    """How a connection asks for a token: with the one that was refused, or ""."""
    return lambda refused: access_token(settings, mailbox_id, clock(), refused=refused)


def _renewed(settings: Settings, mailbox_id: int, sealed: str, grant: oauth.Grant, now: datetime) -> str:
    try:
        fresh = oauth.renew(grant, now=now)
    except oauth.SignInOver as over:
        newer, _ = _stored(mailbox_id)
        if newer != sealed:
            # Another process was first, or somebody has signed in again.
            return _opened(settings, newer).access_token
        _write(mailbox_id, sealed, oauth_fault=str(over))
        raise
    _write(mailbox_id, sealed, **_row(settings, fresh))
    return fresh.access_token


def _stored(mailbox_id: int) -> tuple[str, str]:
    session = db.session()
    row = session.execute(select(Mailbox.oauth_sealed, Mailbox.oauth_fault).where(Mailbox.id == mailbox_id)).one()
    session.commit()
    return row.oauth_sealed, row.oauth_fault


def _row(settings: Settings, grant: oauth.Grant) -> dict[str, Any]:
    """What is kept of a grant: the secrets sealed, and beside them in clear what people may see."""
    return {
        "oauth_sealed": vault.seal(settings, grant.to_text()),
        "oauth_provider": grant.provider,
        "oauth_until": grant.ends_at,
        "oauth_sign_in_until": grant.sign_in_ends_at,
    }


def _write(mailbox_id: int, sealed: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(Mailbox).where(Mailbox.id == mailbox_id, Mailbox.oauth_sealed == sealed).values(values),
            execution_options={"synchronize_session": False},
        )


def _opened(settings: Settings, sealed: str) -> oauth.Grant:
    try:
        return oauth.Grant.from_text(vault.unseal(settings, sealed))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("The stored sign-in cannot be read. Sign in again.") from error
