"""Adding a mailbox: its address and the addresses of its servers checked, its passwords sealed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels import vault
from supportbox.channels.email.grants import connect
from supportbox.channels.email.oauth import Grant
from supportbox.channels.email.url import ServerUrl, read_url
from supportbox.config import Settings
from supportbox.errors import Conflict, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.mail.fields_out import on_the_wire


def add_mailbox(
    session: Session,
    settings: Settings,
    address: str,
    *,
    imap_url: str,
    smtp_url: str,
    password: str = "",
    name: str = "",
    language: str = "en",
    since: datetime | None = None,
    grant: Grant | None = None,
    now: datetime,
) -> Mailbox:
    """Store a new mailbox. `password` is for the servers whose URL has a user but no password of its own; with a
    `grant` there are no passwords."""
    address = check_address(address)
    if session.scalar(select(Mailbox.id).where(Mailbox.address == address)) is not None:
        raise Conflict(f"There is a mailbox {address} already.")
    imap = _with_password(read_url(imap_url, "IMAP"), password)
    smtp = _with_password(read_url(smtp_url, "SMTP"), password)
    if not (imap.password or grant):
        raise Refused("The IMAP address has no password: put it after the user name, or use --password-stdin.")
    mailbox = Mailbox(
        address=address,
        name=name.strip(),
        language=language,
        imap_url=str(imap),
        imap_sealed=vault.seal(settings, imap.password),
        smtp_url=str(smtp),
        smtp_sealed=vault.seal(settings, smtp.password),
        since=since,
        created_at=now,
    )
    session.add(mailbox)
    session.flush()
    if grant:
        connect(session, settings, mailbox, grant)
    return mailbox


def check_address(text: str) -> str:
    """A mail address in the form that is stored. Refuses what is none."""
    address = text.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain or " " in address or len(address) > 254:
        raise Refused(f"{text!r} is no mail address. One looks like support@example.org.")
    try:
        on_the_wire(address)
    except Refused as error:
        raise Refused(f"{text!r} is no mail address. One looks like support@example.org.") from error
    return address


def _with_password(url: ServerUrl, password: str) -> ServerUrl:
    return url.with_password(password) if url.user and not url.password else url
