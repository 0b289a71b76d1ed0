"""Undoing: what tickets were like before an agent changed many of them at once, and putting that right."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Conflict, NotFound, Refused
from supportbox.inbox.snapshot import put_back, snapshots
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent

# An agent who comes back from lunch may still take it back; tomorrow nobody remembers what it was.
LASTS = timedelta(hours=4)


class Undo(Base):
    """`before` holds, by a ticket's number, what it was like before and after; `said` what else came of it."""

    __tablename__ = "undo"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    before: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    used_at: Mapped[datetime | None]


def get_undo(session: Session, number: int, by: Agent) -> Undo:
    """One of this agent's own; somebody else's is as if it were not there."""
    found = session.get(Undo, number)
    if found is None or found.agent_id != by.id:
        raise NotFound("There is nothing of yours to undo here.")
    return found


def take_back(session: Session, undo: Undo, *, by: Agent, at: datetime) -> None:
    """Once: make every ticket what it was, but leave those alone that changed since. `said` names these."""
    if undo.used_at is not None:
        raise Conflict("This was undone already.")
    if at - undo.at > LASTS:
        raise Conflict("This is too long ago to be undone.")
    # The last first: merges into one ticket come off it as they were put on.
    before = sorted(((int(number), was) for number, was in undo.before.items()), reverse=True)
    kept = [number for number, was in before if not _take_back(session, number, was, by, at)]
    undo.used_at, undo.said = at, {**undo.said, "kept": sorted(kept)}
    session.flush()


def forget_old(session: Session, agent: Agent, now: datetime) -> None:
    session.execute(delete(Undo).where(Undo.agent_id == agent.id, Undo.at < now - LASTS))


def _take_back(session: Session, number: int, was: Mapping[str, Any], by: Agent, at: datetime) -> bool:
    ticket = session.get(Ticket, number)
    if ticket is None or snapshots(session, [ticket])[number] != was["after"]:
        return False
    try:
        with session.begin_nested():
            put_back(session, ticket, was["before"], by=by, at=at)
    except Refused:  # meanwhile it cannot be put back any more, which is a change as well
        return False
    return True
