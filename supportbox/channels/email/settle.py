"""A mailbox that was tried becomes one of ours, or gets the servers and secrets that were tried."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.channels import vault
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.email.grants import connect
from supportbox.channels.email.wizard import Unsaved
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox


def settle(
    session: Session,
    settings: Settings,
    unsaved: Unsaved,
    *,
    name: str,
    language: str,
    since: datetime | None,
    is_active: bool,
    now: datetime,
) -> Mailbox:
    """Store it. Of a mailbox that was there before, only the servers and the secrets change."""
    if unsaved.mailbox_id is not None:
        mailbox = session.get_one(Mailbox, unsaved.mailbox_id)
        _reconnect(session, settings, mailbox, unsaved)
    else:
        mailbox = add_mailbox(
            session,
            settings,
            unsaved.address,
            imap_url=str(unsaved.url("IMAP")),
            smtp_url=str(unsaved.url("SMTP")),
            password=vault.unseal(settings, unsaved.password_sealed),
            name=name,
            language=language,
            since=since,
            grant=unsaved.grant(settings) if unsaved.grant_sealed else None,
            now=now,
        )
    mailbox.is_active = is_active
    return mailbox


def _reconnect(session: Session, settings: Settings, mailbox: Mailbox, unsaved: Unsaved) -> None:
    mailbox.imap_url, mailbox.smtp_url = str(unsaved.url("IMAP")), str(unsaved.url("SMTP"))
    mailbox.last_error = mailbox.oauth_fault = ""
    if unsaved.grant_sealed:
        if unsaved.grant_sealed != mailbox.oauth_sealed:
            connect(session, settings, mailbox, unsaved.grant(settings))
        return
    mailbox.oauth_sealed = ""
    mailbox.imap_sealed = mailbox.smtp_sealed = unsaved.password_sealed
