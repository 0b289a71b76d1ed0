"""The chat in the widget as a channel: visitors fetch our words themselves, so that nothing is ever sent to them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from supportbox.channels.channel import Begin, Bell, Clock, Desk, Kept, Stage
from supportbox.channels.words import first_words
from supportbox.config import Settings
from supportbox.errors import DeliveryError
from supportbox.inbox.chat import KIND
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
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


class ChatChannel:
    """A `channels.channel.Channel` without another side: the page asks, the page answers."""

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self.settings, self.mailbox = settings, mailbox

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        return iter(())

    def rest(self, seconds: float, bell: Bell) -> None:
        bell.wait(seconds)

    def fetch_again(self, intake: Intake) -> None:
        """Nothing is kept raw: a message is in the database before its visitor is told so."""
        return

    def try_out(self, kept: Kept) -> None:
        return

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming:
        """Never asked: nothing is kept raw, and the worker reads only where something comes from outside."""
        raise NotImplementedError("chats come by the page alone")

    @property
    def server(self) -> str:
        return f"{KIND}:{self.mailbox.id}"

    def ready(self) -> None:
        # What a visitor leaves behind goes by mail (`inbox.chat_mail`), which finds it at its next look.
        raise DeliveryError(WAITS)

    def name_message(self, ticket_id: int, delivery_id: int) -> str:
        return f"{KIND}:out:{delivery_id}"

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        raise DeliveryError(WAITS)

    def tell(self, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> None:
        raise DeliveryError("Alarms go by mail.", permanent=True)

    def check(self) -> Iterator[Stage]:
        yield Stage(True, "The widget needs no other server.")

    def close(self) -> None:
        """Nothing is held."""
        return
