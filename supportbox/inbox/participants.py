"""Who takes part in a ticket besides its customer: seen from the first letter, written to once an agent says so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, NotFound
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact


def accept(session: Session, ticket: Ticket, contact_id: int, *, by: Agent, at: datetime) -> None:
    """Let somebody new take part: answers go to them too from now on, nothing of what was said before."""
    participant, contact = _get(session, ticket, contact_id, by)
    if not participant.is_accepted:
        participant.is_accepted = True
        record(session, "participant_accepted", at=at, ticket_id=ticket.id, agent_id=by.id, address=contact.value)
        ticket.touch(at)
    session.flush()


def leave_out(session: Session, ticket: Ticket, contact_id: int, *, by: Agent, at: datetime) -> None:
    """Write no more to somebody; their letters to the signed address still come in, flagged."""
    participant, contact = _get(session, ticket, contact_id, by)
    if participant.is_accepted:
        participant.is_accepted = False
        record(session, "participant_left_out", at=at, ticket_id=ticket.id, agent_id=by.id, address=contact.value)
        ticket.touch(at)
    session.flush()


def accepted_addresses(session: Session, ticket: Ticket) -> list[str]:
    """The mail addresses that answers go to besides the customer's."""
    query = (
        select(Contact.value)
        .join(Participant, Participant.contact_id == Contact.id)
        .where(Participant.ticket_id == ticket.id, Participant.is_accepted, Contact.kind == "email")
        .order_by(Contact.id)
    )
    return list(session.scalars(query))


def _get(session: Session, ticket: Ticket, contact_id: int, agent: Agent) -> tuple[Participant, Contact]:
    if not agent.can_reply:
        raise Forbidden("Light agents cannot change who gets our answers.")
    participant, contact = session.get(Participant, (ticket.id, contact_id)), session.get(Contact, contact_id)
    if participant is None or contact is None:
        raise NotFound("Nobody of that address has written into this ticket.")
    return participant, contact
