"""What all channels share whose other side calls us: options, calls that are proven and kept, answers over HTTPS."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from supportbox import clock
from supportbox.channels import vault
from supportbox.channels.channel import Begin, Bell, Clock, Desk, Kept, Stage
from supportbox.channels.fetching import fetch
from supportbox.channels.http import Reply
from supportbox.channels.invited import without_token
from supportbox.channels.knocks import Knock, mark
from supportbox.channels.media import fetch_media, file_address, too_large
from supportbox.channels.words import first_words, plain
from supportbox.config import Settings
from supportbox.errors import DeliveryError
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Clues, File, Incoming, Outgoing, Sender
from supportbox.inbox.told import Told
from supportbox.people.opening_hours import OpeningHours

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
    hours: OpeningHours | None = None  # when we answer, for who says so at once


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
        self._seen = mark(settings, mailbox.id)

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

    def keep_file(
        self,
        url: str | Callable[[], Reply | str],
        *,
        name: str = "",
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        most: int = 0,
        size: int = 0,
    ) -> tuple[tuple[File, ...], str]:
        """Fetch a file of a message and keep it; none and a sentence when that is not possible. Where only the provider
        knows the file's address, `url` asks it. `most`: what the provider hands over at all; `size`: what it says."""
        most = min(most or self.settings.max_mail_bytes, self.settings.max_mail_bytes)
        if size > most:
            return (), too_large(name, size, most, self.NAME)

        def ask() -> Reply:
            place = url if isinstance(url, str) else url()
            home = self.options().get("api", "")
            return fetch(place, home=home, headers=headers, most=most) if isinstance(place, str) else place

        return fetch_media(self.settings.files, name, kind, most, ask, provider=self.NAME)

    def words(self, outgoing: Outgoing, *, carried: Sequence[File] = ()) -> str:
        """The text as it is sent, with a link below it for each file that is not carried. Refused before anything
        leaves when it is too long: words go in one message, so that nobody ever gets half of them."""
        links = [f"{one.filename}: {self.address_of(one)}" for one in outgoing.files if one not in carried]
        text = "\n\n".join(part for part in (plain(outgoing.text).strip(), "\n".join(links)) if part)
        if (length := self.length(text)) > self.LONGEST:
            counted = f"This message has {length} characters and {self.NAME} takes {self.LONGEST}"
            raise DeliveryError(f"{counted}: send it in parts, or another way.", permanent=True)
        return text

    def length(self, text: str) -> int:
        """How much a text is to the provider."""
        return len(text)

    def address_of(self, file: File) -> str:
        """Where its receiver, or the provider for them, fetches a file within a week."""
        return file_address(self.settings, file.token, now=clock.now())

    def options(self) -> dict[str, str]:
        """What was filled in, secrets opened, defaults where nothing was."""
        opened = vault.unseal(self.settings, self.mailbox.options_sealed)
        usual = {field.name: field.default for field in self.FIELDS}
        return {**usual, **self.mailbox.options, **(json.loads(opened) if opened else {})}

    def is_filled_in(self) -> bool:
        """Whether calls can be proven at all: an empty secret would be everybody's."""
        options = self.options()
        return all(options[field.name] for field in self.FIELDS if field.is_secret and field.is_required)

    def hook_url(self) -> str:
        """Where the other side has to call us."""
        return f"{self.settings.base_url}/hooks/{self.KIND}/{self.mailbox.hook_token}"

    # What the worker asks of every channel.

    def poll(self, clock: Clock) -> Iterator[list[Kept]]:
        # Taken before the look at what waits, so that a call between the two is not slept through.
        self._seen = mark(self.settings, self.mailbox.id)
        return iter(())

    def rest(self, seconds: float, bell: Bell) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not bell.is_rung():
            if mark(self.settings, self.mailbox.id) != self._seen:
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
