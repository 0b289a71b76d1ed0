"""The contract of a channel: what every way in and out can do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from supportbox.channels.kept import Desk, Kept
from supportbox.errors import DeliveryError
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Incoming, Outgoing
from supportbox.inbox.told import Told

Clock = Callable[[], datetime]
# Called with the hash of the body when, from here on, the message may arrive; returns once that is durable. Of an
# answer that leaves as several messages it is called before each: the one before was taken then.
Begin = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a connection test: whether it went well, and a sentence that says so or says what to do."""

    is_good: bool
    sentence: str


class Bell(Protocol):
    """What ends waiting: `fileno()` is ready to be read once it has rung."""

    def fileno(self) -> int: ...

    def is_rung(self) -> bool: ...

    def wait(self, seconds: float) -> bool: ...


class SlowDown(DeliveryError):
    """Nothing is wrong with the message: the other side wants fewer at a time."""


class Channel(Protocol):
    """One mailbox's way in and out. Used by one thread at a time; `close` may be called again and again."""

    mailbox: Mailbox  # as it is in the database at the start of each round

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        """Keep what is new, oldest first, a batch at a time. Raises Refused with a sentence when it cannot."""

    def rest(self, seconds: float, bell: Bell) -> None:
        """Wait between two polls: that long, or until something may have come, or the bell rings."""

    def fetch_again(self, intake: Intake) -> None:
        """Keep what the other side would not hand over before, and say so in the intake. Raises Refused."""

    def try_out(self, kept: Kept) -> None:
        """Let what looks dangerous be read where nothing can come of it first. Raises as `read` would."""

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming | Told:
        """Understand one raw thing; files in it are kept. Raises LimitBroken when nobody should try again."""

    @property
    def server(self) -> str:
        """Whom sending keeps busy: mailboxes with the same one share its patience."""

    def ready(self) -> None:
        """Open what sending needs. Raises DeliveryError."""

    def name_message(self, ticket_id: int, delivery_id: int) -> str:
        """The id that a delivery bears for ever."""

    def send(self, outgoing: Outgoing, begin: Begin) -> str:
        """Hand one message over; returns the other side's id for it, "" where there is none. Raises DeliveryError."""

    def tell(self, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> None:
        """Tell one of our own people that another mailbox stands still. Raises DeliveryError."""

    def check(self) -> Iterator[Stage]:
        """Try every step of both ways, and stop after the first that fails."""

    def close(self) -> None:
        """Let go of connections."""
