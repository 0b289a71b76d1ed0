"""The chat in the widget as a channel: visitors fetch our words themselves, so that nothing is ever sent to them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from supportbox.channels.channel import Begin, Bell, Clock, Stage
from supportbox.channels.kept import Desk, Kept
from supportbox.channels.unconnected import Unconnected
from supportbox.channels.words import first_words
from supportbox.errors import DeliveryError
from supportbox.inbox.chat import KIND
from supportbox.inbox.parcel import Clues, File, Incoming, Outgoing, Sender

WAITS = "The visitor has not fetched it yet."


def incoming_from(
    value: str,
    text: str,
    *,
    once: str,
    mailbox_id: int,
    name: str,
    language: str,
    now: datetime,
    files: Sequence[File] = (),
) -> Incoming:
    """A visitor's words as the inbox gets them; `once` is the same however often they are sent."""
    return Incoming(
        channel=KIND,
        sender=Sender(KIND, value, name),
        subject=first_words(text) or next((file.filename for file in files), "Chat"),
        text=text,
        at=now,
        mailbox_id=mailbox_id,
        external_id=once,
        language=language,
        clues=Clues(goes_on=True),
        may_acknowledge=False,
        files=tuple(files),
    )


class ChatChannel(Unconnected):
    """A `channels.channel.Channel` without another side: the page asks, the page answers."""

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        return iter(())

    def rest(self, seconds: float, bell: Bell) -> None:
        bell.wait(seconds)

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming:
        """Never asked: nothing is kept raw, and the worker reads only where something comes from outside."""
        raise NotImplementedError("chats come by the page alone")

    def ready(self) -> None:
        # What a visitor leaves behind goes by mail (`inbox.chat_mail`), which finds it at its next look.
        raise DeliveryError(WAITS)

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        raise DeliveryError(WAITS)

    def check(self) -> Iterator[Stage]:
        yield Stage(True, "The widget needs no other server.")
