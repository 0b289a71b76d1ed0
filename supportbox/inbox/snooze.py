"""Snoozing: a ticket out of sight until a moment, or until its customer writes again."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent

LONGEST = timedelta(days=366)


def snooze(session: Session, ticket: Ticket, *, until: datetime, by: Agent, at: datetime) -> None:
    """Hide an open or waiting ticket until then."""
    if ticket.status not in ("open", "waiting"):
        raise Refused("Only open and waiting tickets can be snoozed.")
    if not at < until <= at + LONGEST:
        raise Refused("A ticket can be snoozed for at most a year.")
    ticket.snoozed_until = until
    record(session, "snoozed", at=at, ticket_id=ticket.id, agent_id=by.id, until=until.isoformat())
    ticket.touch(at)


def wake(session: Session, ticket: Ticket, *, by: Agent | None, at: datetime) -> None:
    """Bring it back."""
    if ticket.snoozed_until is None:
        return
    ticket.snoozed_until = None
    record(session, "woken", at=at, ticket_id=ticket.id, agent_id=by.id if by else None)
    if ticket.status == "waiting" and by is None:
        # It was snoozed to be looked at again: waiting for an answer that has not come, it is our turn.
        ticket.reopen(by=None, at=at)
    ticket.touch(at)


def wake_due(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Bring back all tickets whose time has come; returns how many."""
    due = session.scalars(select(Ticket).where(Ticket.snoozed_until <= now).limit(limit)).all()
    for ticket in due:
        wake(session, ticket, by=None, at=now)
    session.flush()
    return len(due)
