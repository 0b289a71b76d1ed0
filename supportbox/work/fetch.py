"""Fetching one mailbox, round after round: leftovers first, then what is new, and how it went in plain words."""

import logging
from collections.abc import Callable

from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError

from supportbox.channels.channel import Bell, Channel, Clock
from supportbox.channels.kinds import open_channel
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.intake import MAX_ATTEMPTS
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import checkpoint, db, transaction, trouble
from supportbox.work.lease import LeaseLost
from supportbox.work.understand import IsOver, never, understand, understand_leftovers

log = logging.getLogger("supportbox.work")
# Called after each batch, with the mailbox as it is now.
Progress = Callable[[Mailbox], None]
# What makes another connection necessary when it changes.
_PLACE = ("channel", "imap_url", "imap_sealed", "smtp_url", "smtp_sealed", "address", "options", "options_sealed")
# Mailboxes to which messages come: asked for, or brought by calls.
IS_READ = or_(Mailbox.imap_url != "", Mailbox.hook_token.is_not(None))


class MailboxRounds:
    """One mailbox and the channel that it keeps open. Used within an application context, by one thread at a time."""

    def __init__(self, settings: Settings, mailbox_id: int, clock: Clock, is_over: IsOver = never) -> None:
        self.settings, self.mailbox_id, self.clock, self.is_over = settings, mailbox_id, clock, is_over
        self.on_progress: Progress = lambda mailbox: None
        self.fault = ""  # the last round's
        self.is_gone = False  # switched off, or fetched from no more
        self._channel: Channel | None = None

    def fetch(self) -> str:
        """One round, its outcome written to the mailbox; returns the fault's sentence, "" when all went well."""
        try:
            mailbox = self._mailbox()
            self.is_gone = mailbox is None or not mailbox.is_active or not (mailbox.imap_url or mailbox.hook_token)
            if mailbox and not self.is_gone:
                self._round(mailbox)
        except LeaseLost:
            raise
        except Exception as error:
            is_plain = isinstance(error, Refused)
            level = logging.INFO if is_plain else logging.ERROR
            log.log(level, "mailbox %d: %s", self.mailbox_id, error, exc_info=not is_plain)
            db.session.rollback()
            return self._note(sentence_for(error))
        return self._note("")

    def rest(self, seconds: float, bell: Bell) -> None:
        """Wait for the next round, or until there is reason to make it earlier. Needs no application context."""
        if self._channel:
            self._channel.rest(seconds, bell)
        else:
            bell.wait(seconds)

    def close(self) -> None:
        channel, self._channel = self._channel, None
        if channel:
            channel.close()

    def _mailbox(self) -> Mailbox | None:
        session = db.session()
        mailbox = session.get(Mailbox, self.mailbox_id, populate_existing=True)
        session.commit()
        if mailbox:
            # The channel keeps its bookmark in it; the database learns of that with the letters, not before.
            session.expunge(mailbox)
        return mailbox

    def _round(self, mailbox: Mailbox) -> None:
        channel = self._channel_of(mailbox)
        self._leftovers(channel)
        for batch in channel.poll(self.clock):
            understand(batch, channel, self.settings.raw, self.clock, self.is_over)
            self.on_progress(mailbox)
            checkpoint()
            if self.is_over():
                return
        for _ in range(MAX_ATTEMPTS):
            if not self._leftovers(channel):
                break

    def _leftovers(self, channel: Channel) -> int:
        return understand_leftovers(self.mailbox_id, channel, self.settings.raw, self.clock, self.is_over)

    def _channel_of(self, mailbox: Mailbox) -> Channel:
        old = self._channel
        if old and any(getattr(old.mailbox, name) != getattr(mailbox, name) for name in _PLACE):
            self.close()
        if self._channel is None:
            self._channel = open_channel(self.settings, mailbox)
        self._channel.mailbox = mailbox
        return self._channel

    def _note(self, fault: str) -> str:
        self.fault, now = fault, self.clock()
        values = {"polled_at": now, "last_error": fault} | ({} if fault else {"good_poll_at": now, "alarmed_at": None})
        try:
            with transaction() as session:
                session.execute(update(Mailbox).where(Mailbox.id == self.mailbox_id).values(values))
        except SQLAlchemyError as error:
            log.error("mailbox %d: its state could not be written: %s", self.mailbox_id, error)
        return fault


def sentence_for(error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, Refused):
        return str(error)
    kind = trouble(error)
    if kind == "full":
        return "The disk is full or broken: letters stay on the server until there is room again."
    if kind == "busy":
        return "The database was busy for too long; letters stay on the server until the next try."
    if kind == "damaged":
        return "The database is damaged: letters stay on the server. Stop SupportBox and restore the last good backup."
    said = str(getattr(error, "orig", error))
    return f"SupportBox stumbled ({type(error).__name__}: {said[:160]}). Its log says more."
