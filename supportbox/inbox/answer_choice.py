"""Where the customer wants the answer to a ticket: a contact of theirs by one channel, chosen on their own page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact


class AnswerChoice(Base):
    """One a ticket; without a row the answer goes where they wrote last."""

    __tablename__ = "answer_choice"

    ticket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(index=True)
    channel: Mapped[str]
    chosen_at: Mapped[datetime]


def choose(session: Session, ticket: Ticket, contact: Contact, channel: str, *, now: datetime) -> None:
    """The customer says where; an agent sees it on the ticket and may still answer another way."""
    choice = session.get(AnswerChoice, ticket.id)
    if choice is None:
        choice = AnswerChoice(ticket_id=ticket.id, contact_id=contact.id, channel=channel, chosen_at=now)
        session.add(choice)
    choice.contact_id, choice.channel, choice.chosen_at = contact.id, channel, now
    if channel == "email":
        ticket.answer_to = contact.value
    record(session, "answer_chosen", at=now, ticket_id=ticket.id, channel=channel)
    ticket.touch(now)
    session.flush()


def find_choice(session: Session, ticket: Ticket) -> tuple[str, int] | None:
    """Channel and contact, as long as the contact is still this customer's."""
    row = session.execute(
        select(AnswerChoice.channel, AnswerChoice.contact_id)
        .join(Contact, Contact.id == AnswerChoice.contact_id)
        .where(AnswerChoice.ticket_id == ticket.id, Contact.customer_id == ticket.customer_id)
    ).first()
    return (row.channel, row.contact_id) if row else None
