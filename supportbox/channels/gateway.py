"""What all channels share whose other side calls us. A kind of channel is a class of few methods."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from supportbox.channels.channel import Begin, Stage
from supportbox.channels.contents import Contents
from supportbox.channels.hook import Answer, Hook
from supportbox.channels.invited import without_token
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.words import first_words
from supportbox.inbox.parcel import Clues, File, Incoming, Outgoing, Sender
from supportbox.inbox.told import Told


class Gateway(Contents, ABC):
    """A `channels.channel.Channel` whose messages come by calls: proven and kept first, understood later."""

    CONTACT: ClassVar[str]  # of which kind its contacts are
    # How long after the customer's last words we may write; None: always.
    WINDOW: ClassVar[timedelta | None] = None
    UNDO: ClassVar[timedelta | None] = None  # instead of the desk's usual

    @abstractmethod
    def take(self, hook: Hook) -> Answer:
        """Prove a call and take it apart; nothing in it is trusted before. Raises Forbidden or Refused."""

    @abstractmethod
    def understand(self, content: Any, kept: Kept, desk: Desk) -> Incoming | Told:
        """What one kept thing says."""

    @abstractmethod
    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        """Hand one message over; returns the other side's id for it. Raises DeliveryError."""

    @abstractmethod
    def check(self) -> Iterator[Stage]:
        """Try what can be tried without sending anything."""

    def invitation(self, token: str) -> str:
        """The address that begins or goes on with a talk here and brings the token along; "" where none can."""
        return ""

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming | Told:
        return self.understand(json.loads(raw), kept, desk)

    def incoming(
        self,
        kept: Kept,
        sender: str,
        text: str,
        *,
        outside_id: str,
        name: str = "",
        at: datetime | None = None,
        language: str = "",
        files: tuple[File, ...] = (),
        defects: Sequence[str] = (),
        wants_call: bool = False,
    ) -> Incoming:
        """A message as the inbox gets it. One without words, files or defects is of a kind that nobody knows yet."""
        text, token = without_token(text)
        text = text or ("[Goes on here.]" if token and not files else "")
        is_known = bool(text or files or any(defects))
        return Incoming(
            channel=self.KIND,
            sender=Sender(self.CONTACT, sender, name),
            subject=first_words(text) or self.NAME,
            text=text if is_known else "[A message of a kind that SupportBox does not know. What came is kept.]",
            at=at or kept.received_at,
            mailbox_id=self.mailbox.id,
            intake_id=kept.intake_id,
            external_id=f"{self.KIND}:{self.mailbox.id}:{outside_id}",
            language=language,
            clues=Clues(goes_on=True, continuation=token),
            files=files,
            defects=tuple(one for one in defects if one) if is_known else ("unknown kind",),
            wants_call=wants_call,
        )
