"""How far a request has come, like a parcel: received, seen, answered, closed, each with its time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from supportbox import clock
from supportbox.web.customer.rows import Request
from supportbox.web.i18n import gettext as _
from supportbox.web.times import Times


@dataclass(frozen=True, slots=True)
class Step:
    """`at` is the moment as the customer reads it, "" where it has not come or nobody noted it."""

    name: str
    is_done: bool
    at: str = ""
    iso: str = ""


def steps_of(asked: Request, answer: Row[Any] | None) -> list[Step]:
    """The four of them."""
    is_closed = asked.status == "closed"
    is_seen = answer is not None or is_closed or asked.seen_at is not None
    seen = _("Seen by %(name)s", name=asked.assignee) if asked.assignee and asked.seen_at else _("Seen")
    answered = _("Answered by %(name)s", name=answer.sender_name) if answer and answer.sender_name else _("Answered")
    return [
        _step(_("Received"), True, asked.created_at),
        _step(seen, is_seen, asked.seen_at),
        _step(answered, answer is not None, answer.at if answer else None),
        _step(_("Finished"), is_closed, asked.closed_at if is_closed else None),
    ]


def state_of(asked: Request, is_answered: bool) -> str:
    """The whole in a few words."""
    if asked.status == "closed":
        return _("Finished")
    if asked.status == "waiting" and is_answered:
        return _("We have answered")
    return _("We are on it") if asked.seen_at else _("It has arrived")


def _step(name: str, is_done: bool, at: datetime | None) -> Step:
    return Step(name, is_done, Times(clock.now()).message(at), at.isoformat()) if at else Step(name, is_done)
