"""Which messages of a ticket its customer may not see, after it became another's or was put together of two."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.contact import Contact


def judge(session: Session, ticket: Ticket) -> None:
    """What the ticket's customer neither wrote nor was sent is foreign: it stays out of their page and letters."""
    contacts = session.execute(select(Contact.id, Contact.value).where(Contact.customer_id == ticket.customer_id)).all()
    own, addresses = {row.id for row in contacts}, {row.value for row in contacts}
    sent = select(Delivery.message_id, Delivery.receiver).join(Message, Message.id == Delivery.message_id)
    reached = {message for message, receiver in session.execute(sent.where(Message.ticket_id == ticket.id))
               if receiver in addresses}  # fmt: skip
    for message in session.scalars(select(Message).where(Message.ticket_id == ticket.id)):
        if message.kind == "customer":
            message.is_foreign = message.contact_id not in own
        elif message.kind == "agent":
            message.is_foreign = message.id not in reached


def keep_writers(session: Session, ticket: Ticket) -> list[int]:
    """Whoever wrote in the ticket and is not its customer takes part, and gets no answers before an agent says so."""
    wrote = select(Message.contact_id).where(Message.ticket_id == ticket.id, Message.contact_id.is_not(None))
    own = select(Contact.id).where(Contact.customer_id == ticket.customer_id)
    there = select(Participant.contact_id).where(Participant.ticket_id == ticket.id)
    new = sorted(
        {one for one in session.scalars(wrote) if one} - set(session.scalars(own)) - set(session.scalars(there))
    )
    session.add_all(Participant(ticket_id=ticket.id, contact_id=contact) for contact in new)
    return new
