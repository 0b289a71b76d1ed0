"""Snoozing: a ticket out of sight until a moment, or until its customer writes again."""

from datetime import datetime, timedelta

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
    ticket.touch(at, stops_sending=False)


def wake(session: Session, ticket: Ticket, *, by: Agent, at: datetime) -> None:
    """Bring it back before its time; when the time has come, the worker does."""
    if ticket.snoozed_until is None:
        return
    ticket.snoozed_until = None
    record(session, "woke", at=at, ticket_id=ticket.id, agent_id=by.id)
    ticket.touch(at, stops_sending=False)
