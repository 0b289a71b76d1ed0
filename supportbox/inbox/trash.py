"""Deleting: a ticket out of every list but Deleted, from where it can be brought back until it is purged."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent


def delete(session: Session, ticket: Ticket, *, by: Agent, at: datetime) -> None:
    """Put it into Deleted. What is queued already still leaves; a letter that answers it opens a new ticket."""
    check_may_delete(by)
    if ticket.merged_into_id:
        raise Conflict("This ticket was merged into another one. Undo that first.")
    if ticket.deleted_at is None:
        ticket.deleted_at = at
        record(session, "deleted", at=at, ticket_id=ticket.id, agent_id=by.id)
        ticket.touch(at)
        session.flush()


def restore(session: Session, ticket: Ticket, *, by: Agent, at: datetime) -> None:
    """Bring it back as it was."""
    check_may_delete(by)
    if ticket.deleted_at is not None:
        ticket.deleted_at = None
        record(session, "restored", at=at, ticket_id=ticket.id, agent_id=by.id)
        ticket.touch(at)
        session.flush()


def check_may_delete(agent: Agent) -> None:
    if not agent.can_reply:
        raise Forbidden("Light agents can neither delete nor restore tickets.")
