"""Why a folder is empty: nothing came yet, all is done, or nothing fits."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam, func, select

from supportbox import clock
from supportbox.base import UtcDateTime
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.web.reading import reading
from supportbox.web.times import Times

# Events that are looked at for what was done today: far more than a day has, and a bound all the same.
LAST_EVENTS = 5_000
_ANY = select(Ticket.id).limit(1)
_MAILBOX = select(Mailbox.address).where(Mailbox.is_active.is_(True), Mailbox.channel == "email").limit(1)
_LAST = (
    select(Event.ticket_id, Event.kind, Event.at).order_by(Event.id.desc()).limit(bindparam("most")).subquery("lately")
)
_ANSWERED = select(func.count(_LAST.c.ticket_id.distinct())).where(
    _LAST.c.kind == "replied", _LAST.c.at >= bindparam("midnight", type_=UtcDateTime)
)


@dataclass(frozen=True, slots=True)
class Empty:
    """`kind`: filtered, first, done, nothing."""

    kind: str
    mailbox: str = ""
    answered: int = 0


def why_empty(folder: str, *, is_filtered: bool) -> Empty:
    """For a page without rows; asks the database only then."""
    connection = reading()
    if is_filtered:
        return Empty("filtered")
    if folder not in ("unassigned", "mine", "assigned", "open"):
        return Empty("nothing")
    if connection.execute(_ANY).first() is None:
        return Empty("first", mailbox=connection.execute(_MAILBOX).scalar() or "")
    times = Times(clock.now())
    midnight = datetime.combine(times.today.date(), time(), times.zone)
    answered = connection.execute(_ANSWERED, {"most": LAST_EVENTS, "midnight": midnight}).scalar_one()
    return Empty("done", answered=answered)
