"""Tags: short words on tickets, made by using them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent

LONGEST = 40
MOST = 20


def tag(session: Session, ticket: Ticket, name: str, *, by: Agent, at: datetime) -> None:
    """Put a tag on a ticket; the tag is made if there is none of that name."""
    name = " ".join(name.split()).lower()
    if not name or len(name) > LONGEST or "/" in name:
        raise Refused("A tag is a short word or two, at most 40 characters, without a slash.")
    if len(session.scalars(select(TicketTag).where(TicketTag.ticket_id == ticket.id)).all()) >= MOST:
        raise Refused("A ticket can have at most 20 tags. Take one off first.")
    found = session.scalar(select(Tag).where(Tag.name == name))
    if found is None:
        session.add(found := Tag(name=name))
        session.flush()
    if session.get(TicketTag, (ticket.id, found.id)) is None:
        session.add(TicketTag(ticket_id=ticket.id, tag_id=found.id))
        record(session, "tagged", at=at, ticket_id=ticket.id, agent_id=by.id, tag=name)
        ticket.touch(at, stops_sending=False)
    session.flush()


def untag(session: Session, ticket: Ticket, name: str, *, by: Agent, at: datetime) -> None:
    """Take a tag off a ticket; one that is not there stays not there."""
    found = session.scalar(select(Tag).where(Tag.name == name))
    link = session.get(TicketTag, (ticket.id, found.id)) if found else None
    if link is not None:
        session.delete(link)
        record(session, "untagged", at=at, ticket_id=ticket.id, agent_id=by.id, tag=name)
        ticket.touch(at, stops_sending=False)
        session.flush()
