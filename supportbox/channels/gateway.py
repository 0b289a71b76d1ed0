"""What all channels share whose other side calls us: options, calls that are proven and kept, answers over HTTPS."""

import hashlib
import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import insert, select

from supportbox.channels import vault
from supportbox.channels.channel import Begin, Bell, Clock, Desk, Kept, Stage
from supportbox.channels.durable import write_all
from supportbox.config import Settings
from supportbox.errors import DeliveryError
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Incoming, Outgoing
from supportbox.inbox.told import Told
from supportbox.store import transaction

GLANCE = 0.5  # seconds between looks whether somebody called


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be filled in before the channel works; secret ones are sealed and never shown again."""

    name: str
    label: str
    help: str = ""
    is_secret: bool = False
    default: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Hook:
    """A call that came in: `url` as the caller knows it, with its query; header names in lower case."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Knock:
    """One thing in a call: the same `outside_id` is the same thing, however often it comes."""

    outside_id: str
    content: Any  # what becomes JSON


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets, and what is kept before that."""

    knocks: Sequence[Knock] = ()
    body: str = ""
    content_type: str = "text/plain"
    status: int = 200


class Gateway(ABC):
    """A `channels.channel.Channel` whose messages come by calls. A kind of channel is a class of these few methods."""

    KIND: ClassVar[str]
    NAME: ClassVar[str]
    CONTACT: ClassVar[str]  # of which kind its contacts are
    FIELDS: ClassVar[tuple[Field, ...]]
    # How long after the customer's last words we may write; None: always.
    WINDOW: ClassVar[timedelta | None] = None
    UNDO: ClassVar[timedelta | None] = None  # instead of the desk's usual
    LONGEST: ClassVar[int] = 4000  # characters in one message

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self.settings, self.mailbox = settings, mailbox
        self._seen = _mark(settings, mailbox.id)

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

    def options(self) -> dict[str, str]:
        """What was filled in, secrets opened, defaults where nothing was."""
        opened = vault.unseal(self.settings, self.mailbox.options_sealed)
        usual = {field.name: field.default for field in self.FIELDS}
        return {**usual, **self.mailbox.options, **(json.loads(opened) if opened else {})}

    def hook_url(self) -> str:
        """Where the other side has to call us."""
        return f"{self.settings.base_url}/hooks/{self.KIND}/{self.mailbox.hook_token}"

    # What the worker asks of every channel.

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        # Taken before the look at what waits, so that a call between the two is not slept through.
        self._seen = _mark(self.settings, self.mailbox.id)
        return iter(())

    def rest(self, seconds: float, bell: Bell) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not bell.is_rung():
            if _mark(self.settings, self.mailbox.id) != self._seen:
                return
            bell.wait(GLANCE)

    def fetch_again(self, intake: Intake) -> None:
        """Nothing comes without being kept."""
        return

    def try_out(self, kept: Kept) -> None:
        """JSON is read by the standard library: nothing in it is dangerous to the process."""
        return

    def read(self, kept: Kept, raw: bytes, desk: Desk) -> Incoming | Told:
        return self.understand(json.loads(raw), kept, desk)

    @property
    def server(self) -> str:
        return f"{self.KIND}:{self.mailbox.id}"

    def ready(self) -> None:
        """There is no connection to be opened first."""
        return

    def name_message(self, ticket_id: int, delivery_id: int) -> str:
        return f"{self.KIND}:out:{delivery_id}"

    def tell(self, broken: Mailbox, receiver: str, language: str, *, at: datetime) -> None:
        raise DeliveryError("Alarms go by mail.", permanent=True)

    def close(self) -> None:
        """Nothing is held."""
        return


def keep_knocks(settings: Settings, mailbox_id: int, knocks: Sequence[Knock], *, now: datetime) -> int:
    """Make what a call brought safe, on the disk and in the database; returns how many of it were new."""
    rows = {number_of(knock.outside_id): knock for knock in knocks}
    with transaction() as session:
        known = set(session.scalars(select(Intake.uid).where(
            Intake.mailbox_id == mailbox_id, Intake.uidvalidity == 0, Intake.uid.in_(rows)
        )))  # fmt: skip
    new = {uid: json.dumps(knock.content).encode() for uid, knock in rows.items() if uid not in known}
    paths = {uid: f"{mailbox_id}/hooks/{now:%Y-%m}/{uid:x}-{secrets.token_hex(4)}.json" for uid in new}
    write_all(settings.raw, {paths[uid]: content for uid, content in new.items()})
    with transaction() as session:
        # Asked again, now that nobody else can write: the same call may have come twice at once.
        here = set(session.scalars(select(Intake.uid).where(
            Intake.mailbox_id == mailbox_id, Intake.uidvalidity == 0, Intake.uid.in_(new)
        )))  # fmt: skip
        fresh = [_row(mailbox_id, uid, paths[uid], content, rows[uid], now) for uid, content in new.items()
                 if uid not in here]  # fmt: skip
        if fresh:
            session.execute(insert(Intake), fresh)
    for uid in here:
        (settings.raw / paths[uid]).unlink(missing_ok=True)
    _ring(settings, mailbox_id)
    return len(fresh)


def number_of(outside_id: str) -> int:
    """The number under which a thing is kept, the same for the same id: 62 bits of its hash."""
    return int.from_bytes(hashlib.sha256(outside_id.encode()).digest()[:8]) >> 2


def _row(mailbox_id: int, uid: int, path: str, content: bytes, knock: Knock, now: datetime) -> dict[str, Any]:
    return {
        "mailbox_id": mailbox_id,
        "uidvalidity": 0,
        "uid": uid,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "path": path,
        "message_id": knock.outside_id[:900],
        "attempts": 0,
        "received_at": now,
        "kept_at": now,
    }


def _ring(settings: Settings, mailbox_id: int) -> None:
    """Leave a mark for the worker, which may be another process."""
    (settings.raw / f"{mailbox_id}" / "hooks" / "rung").touch(mode=0o600)


def _mark(settings: Settings, mailbox_id: int) -> int:
    try:
        return (settings.raw / f"{mailbox_id}" / "hooks" / "rung").stat().st_mtime_ns
    except OSError:
        return 0
