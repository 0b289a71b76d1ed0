"""What is kept of something that came in before anybody understands it, and what understanding it needs to know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supportbox.people.business import Business


@dataclass(frozen=True, slots=True)
class Kept:
    """A raw thing that is safe on disk and in the database, waiting to be understood."""

    intake_id: int
    path: str  # below the instance's raw folder
    size: int  # as the server told it: more than was kept when only the headers were
    received_at: datetime
    kept_at: datetime
    message_id: str = ""
    raw: bytes | None = None  # None: read it from disk
    is_suspect: bool = False  # whoever read it before may have died of it


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading a message needs to know of the desk it came to."""

    business: Business
    own_addresses: frozenset[str]
    has_sent: Callable[[int, str], bool]  # whether the delivery of that number had a body with that hash
