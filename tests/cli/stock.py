"""A small stock of tickets for commands to work on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from tests.conftest import NOW, People, add_people


def stock_instance(instance: Path) -> None:
    """Two tickets of Cleo's: 1001 answered by Ada, 1002 new."""
    engine = create_engine(f"sqlite:///{instance / 'supportbox.db'}")
    with Session(engine) as session, session.begin():
        _stock(session)
    engine.dispose()


def _stock(session: Session) -> None:
    people = add_people(session)
    session.add(
        Contact(customer_id=people.cleo.id, kind="phone", value="+33123456789", verified_at=NOW, created_at=NOW)
    )
    for subject, status, assignee in (("Broken teapot", "waiting", people.ada), ("Invoice", "open", None)):
        ticket = make_ticket(people, subject, status, assignee)
        session.add(ticket)
        session.flush()
    first, second = session.scalars(select(Ticket).order_by(Ticket.id)).all()
    words = {"text": "It broke.\n> Hello", "visible_text": "It broke.", "external_id": "<a@example.org>"}
    session.add(make_message(first, "customer", "cleo@example.org", **words))
    session.flush()
    later = {"text": "We send another.", "at": NOW + timedelta(hours=1)}
    session.add(make_message(first, "agent", "ada@shop.example", **later))
    session.flush()
    session.add(make_message(second, "customer", "cleo@example.org", text="Where is it?"))
    for name in ("teapot", "refund"):
        tag = Tag(name=name)
        session.add(tag)
        session.flush()
        session.add(TicketTag(ticket_id=first.id, tag_id=tag.id))
    file = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": 3, "sha256": "", "token": "t"}
    session.add(Attachment(message_id=1, **file))
    for state in ("sent", "uncertain"):
        values = {"message_id": 2, "state": state, "external_id": "<sb@shop.example>", "due_at": NOW}
        session.add(Delivery(ticket_id=first.id, receiver="cleo@example.org", created_at=NOW, **values))


def make_ticket(people: People, subject: str, status: str, assignee: Agent | None) -> Ticket:
    return Ticket(
        subject=subject,
        subject_key=subject.lower(),
        status=status,
        customer_id=people.cleo.id,
        mailbox_id=people.support.id,
        assignee_id=assignee.id if assignee else None,
        created_at=NOW,
        updated_at=NOW,
    )


def make_message(ticket: Ticket, kind: str, sender: str, **values: Any) -> Message:
    return Message(ticket_id=ticket.id, kind=kind, channel="email", sender_value=sender, **{"at": NOW, **values})
