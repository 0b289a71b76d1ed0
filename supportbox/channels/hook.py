"""A call that comes in, what its caller is answered, and what is filled in before calls can be proven."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from supportbox.channels.knocks import Knock
from supportbox.people.opening_hours import OpeningHours


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
