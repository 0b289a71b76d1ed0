"""Handing back: what somebody who leaves had in hand goes to nobody, so that the others see it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent

_IN_HAND = Ticket.status.in_(("open", "waiting")), Ticket.deleted_at.is_(None), Ticket.merged_into_id.is_(None)


def hand_back(session: Session, agent: Agent, *, by: Agent, at: datetime) -> int:
    """Unassign the agent's open and waiting tickets, snoozed ones too; returns how many. Closed ones stay theirs."""
    tickets = session.scalars(select(Ticket).where(Ticket.assignee_id == agent.id, *_IN_HAND).order_by(Ticket.id)).all()
    for ticket in tickets:
        ticket.assign(None, by=by, at=at)
    session.flush()
    return len(tickets)
