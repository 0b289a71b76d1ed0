"""Words that a visitor did not stay for: one letter with all of them, to where they can be reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from supportbox.inbox.chat import KIND
from supportbox.inbox.delivery import PENDING, Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.suppression import is_suppressed
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.visitor import Visitor

# Nothing but their return brings the words to somebody without an address.
UNTIL_RETURN = timedelta(days=365)
# While no mailbox can send.
LATER = timedelta(minutes=5)


def left_behind(now: datetime) -> Select[Delivery]:
    """What is due by chat: its visitor had their time."""
    # PENDING are the very words of the partial index.
    is_due = PENDING, Delivery.state == "queued", Delivery.due_at <= now, Delivery.channel == KIND
    return select(Delivery).where(*is_due).order_by(Delivery.id)


def hand_over(session: Session, *, now: datetime) -> None:
    """Turn what was left behind into letters, one for each talk."""
    talks = {(one.ticket_id, one.receiver) for one in session.scalars(left_behind(now))}
    for ticket_id, value in sorted(talks, key=str):
        waiting = session.scalars(
            select(Delivery)
            .where(
                Delivery.ticket_id == ticket_id,
                Delivery.receiver == value,
                Delivery.channel == KIND,
                Delivery.state == "queued",
            )
            .order_by(Delivery.id)
        ).all()
        _hand_over(session, session.get_one(Ticket, ticket_id), value, waiting, now=now)
    session.flush()


def words_of(session: Session, message: Message) -> str:
    """All that a letter says: of this message, and of those before it that go with it."""
    numbers = message.facts.get("letter", ())
    if len(numbers) < 2:
        return _sent(message.text, message.facts)
    said = select(Message.text, Message.facts).where(Message.id.in_(numbers), Message.kind == "agent")
    return "\n\n".join(_sent(row.text, row.facts) for row in session.execute(said.order_by(Message.id)))


def _sent(text: str, facts: Mapping[str, Any]) -> str:
    """Of what was said in the safe place only that it waits there."""
    return str(facts.get("safe") or text)


def mail_mailbox(session: Session, language: str) -> int | None:
    """The mailbox by which mail leaves: one of that language if there is one, else the first."""
    own = (Mailbox.language == language).desc()
    can_send = Mailbox.is_active, Mailbox.channel == "email", Mailbox.smtp_url != ""
    return session.scalar(select(Mailbox.id).where(*can_send).order_by(own, Mailbox.id).limit(1))


def _hand_over(session: Session, ticket: Ticket, value: str, waiting: Sequence[Delivery], *, now: datetime) -> None:
    address, is_proven = _address(session, value)
    mailbox_id = mail_mailbox(session, ticket.language) if address else None
    if mailbox_id is None:
        for delivery in waiting:
            delivery.due_at = now + (LATER if address else UNTIL_RETURN)
        return
    last = waiting[-1]
    message = session.get_one(Message, last.message_id)
    message.facts = {
        **message.facts,
        "letter": [delivery.message_id for delivery in waiting],
        "letter_to": address,
        **({} if is_proven else {"to_claim": True}),
    }
    last.channel, last.receiver, last.mailbox_id = "email", address, mailbox_id
    last.due_at, last.external_id, last.attempts, last.last_error = now, None, 0, ""
    for delivery in waiting[:-1]:
        # One letter has one delivery, and the last message tells how it fares.
        earlier = session.get_one(Message, delivery.message_id)
        earlier.facts = {**earlier.facts, "letter_to": address}
        session.delete(delivery)


def _address(session: Session, value: str) -> tuple[str, bool]:
    """Where mail reaches them, and whether it is proven or an agent's own knowledge that it does."""
    contact = session.scalar(select(Contact).where(Contact.kind == KIND, Contact.value == value))
    if contact is None:
        return "", False
    visitor = session.scalar(
        select(Visitor)
        .where(Visitor.contact_id == contact.id, Visitor.email_claim != "")
        .order_by(Visitor.confirmed_at.is_(None), Visitor.id.desc())
        .limit(1)
    )
    known = session.scalars(
        select(Contact.value)
        .where(Contact.customer_id == contact.customer_id, Contact.kind == "email")
        .order_by(Contact.verified_at.is_(None), Contact.id)
    ).all()
    for address, is_proven in [*((one, True) for one in known), *([(visitor.email_claim, False)] if visitor else [])]:
        if not is_suppressed(session, address):
            return address, is_proven
    return "", False
