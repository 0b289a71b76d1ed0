"""The e-mail channel: one mailbox, fetched by IMAP and sent from by SMTP."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from supportbox import clock
from supportbox.channels import vault
from supportbox.channels.channel import Begin, Bell, Clock, Stage
from supportbox.channels.email import trial
from supportbox.channels.email.faults import Fault
from supportbox.channels.email.fetch import Fetcher
from supportbox.channels.email.grants import access_token, tokens_of
from supportbox.channels.email.idle import listen
from supportbox.channels.email.imap import Imap
from supportbox.channels.email.incoming import announced, incoming_from
from supportbox.channels.email.keep import HEADERS_ONLY
from supportbox.channels.email.url import Protocol, ServerUrl, read_url
from supportbox.channels.kept import Desk, Kept
from supportbox.config import Settings
from supportbox.errors import DeliveryError, Refused
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Incoming, Outgoing
from supportbox.mail import tokens
from supportbox.mail.parse import parse

if TYPE_CHECKING:
    from supportbox.channels.email.send import Connection

log = logging.getLogger("supportbox.channels")
SHORTEST_REST = 0.3


class EmailChannel:
    """See `channels.channel.Channel`. Connections are opened when needed and kept until `close`."""

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self.settings, self.mailbox = settings, mailbox
        self._key = settings.key("tokens")
        self._fetcher: Fetcher | None = None
        self._smtp: Connection | None = None

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        if self.mailbox.oauth_sealed:
            # Renewed in time even when the connection lives longer than the token; a revoked one is told at once.
            access_token(self.settings, self.mailbox.id, clock())
        yield from self._open_fetcher().fetch(self.mailbox, clock)

    def rest(self, seconds: float, bell: Bell) -> None:
        until = time.monotonic() + seconds
        if self._fetcher and self._hears_news(self._fetcher.imap, seconds, bell):
            # Whatever a server keeps saying, it is not asked without a pause.
            bell.wait(SHORTEST_REST)
        elif not bell.is_rung():
            bell.wait(max(0, until - time.monotonic()))

    def _hears_news(self, imap: Imap, seconds: float, bell: Bell) -> bool:
        """Listen where the server can; a line that breaks meanwhile is the next poll's business."""
        try:
            return imap.can_listen() and listen(imap, seconds, bell)
        except Fault as fault:
            log.info("mailbox %d, while listening: %s", self.mailbox.id, fault)
            return False

    def fetch_again(self, intake: Intake) -> None:
        self._open_fetcher().fetch_again(intake)

    def try_out(self, kept: Kept) -> None:
        if kept.path.endswith(HEADERS_ONLY):
            return
        if kept.is_suspect or kept.size > trial.BIG or (kept.raw is not None and trial.is_suspect(kept.raw)):
            trial.stand_trial(self.settings.raw / kept.path, kept.size)

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming:
        letter = parse(raw)
        if kept.path.endswith(HEADERS_ONLY):
            letter = announced(letter, kept.size, self.mailbox)
        return incoming_from(letter, kept, self.mailbox, desk, key=self._key, files_folder=self.settings.files)

    def name_message(self, ticket_id: int, delivery_id: int) -> str:
        return tokens.message_id(self._key, ticket_id, delivery_id, self.mailbox.address.rpartition("@")[2])

    @property
    def server(self) -> str:
        return urlsplit(self.mailbox.smtp_url).netloc.rpartition("@")[2].lower()

    def ready(self) -> None:
        try:
            self._smtp_connection().open()
        except Refused as error:
            raise DeliveryError(str(error)) from error

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        from supportbox.channels.email.letters import draft_of
        from supportbox.channels.email.send import ComposedMessage
        from supportbox.mail.compose import compose

        draft = draft_of(outgoing, self.mailbox, key=self._key, files_folder=self.settings.files)
        raw = compose(draft)
        message = ComposedMessage(
            sender=self.mailbox.address, receiver=outgoing.receiver.value, message_id=draft.message_id, raw=raw
        )
        body_hash = parse(raw).body_hash
        self._smtp_connection().send_composed(message, self._envelope(outgoing), lambda: begin(body_hash))
        return ""

    def tell(self, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> None:
        from supportbox.channels.email.alarm_letter import alarm_draft
        from supportbox.channels.email.send import ComposedMessage
        from supportbox.mail.compose import compose

        draft = alarm_draft(self.mailbox, broken, receiver, language, at=at)
        message = ComposedMessage(
            sender=self.mailbox.address, receiver=receiver, message_id=draft.message_id, raw=compose(draft)
        )
        try:
            self._smtp_connection().send_composed(message, "", lambda: None)
        except Refused as error:
            raise DeliveryError(str(error)) from error

    def check(self) -> Iterator[Stage]:
        from supportbox.channels.email.check import check_imap, check_smtp

        ways = (check_imap(lambda: self._url("IMAP")), check_smtp(lambda: self._url("SMTP"), self.mailbox.address))
        for stage in chain.from_iterable(ways):
            yield stage
            if not stage.is_good:
                return

    def close(self) -> None:
        if self._fetcher:
            self._fetcher.imap.close()
        if self._smtp:
            self._smtp.close()

    def _open_fetcher(self) -> Fetcher:
        if self._fetcher is None:
            imap = Imap(self._url("IMAP"))
            self._fetcher = Fetcher(imap, self.settings.raw, self.settings.max_mail_bytes)
        return self._fetcher

    def _smtp_connection(self) -> "Connection":
        # Loaded on use: a round that sends nothing does not pay for it.
        from supportbox.channels.email.send import Connection

        if self._smtp is None:
            self._smtp = Connection(self._url("SMTP"))
        return self._smtp

    def _envelope(self, outgoing: Outgoing) -> str:
        """Where bounces go: nowhere for automatic letters, so that no two machines can keep each other busy."""
        if not outgoing.is_written:
            return ""
        if self.mailbox.has_plus_addresses:
            return tokens.envelope_address(self._key, self.mailbox.address, outgoing.delivery_id)
        return self.mailbox.address

    def _url(self, protocol: Protocol) -> ServerUrl:
        is_in = protocol == "IMAP"
        address = self.mailbox.imap_url if is_in else self.mailbox.smtp_url
        sealed = self.mailbox.imap_sealed if is_in else self.mailbox.smtp_sealed
        url = read_url(address, protocol)
        if self.mailbox.oauth_sealed:
            return url.with_tokens(tokens_of(self.settings, self.mailbox.id, clock.now))
        return url.with_password(vault.unseal(self.settings, sealed))
