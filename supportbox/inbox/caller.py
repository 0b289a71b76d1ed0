"""Who calls: a number on a display is a claim, so that it goes on only where that number was proven or last talked."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.inbox.matching import Match, follow, match
from supportbox.inbox.message import TALK, Message
from supportbox.inbox.parcel import Incoming
from supportbox.inbox.talk import FORGOTTEN, STAYS_OPEN
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.contact_value import NUMBERS
from supportbox.people.contacts import find
from supportbox.people.find import Known


def adopt_number(session: Session, incoming: Incoming, *, now: datetime) -> None:
    """A number that is known from text messages is the same person's telephone."""
    value = incoming.sender.value
    if find(session, "phone", value):
        return
    there = session.scalar(select(Contact).where(Contact.kind.in_(NUMBERS), Contact.value == value))
    if there:
        values = {"customer_id": there.customer_id, "kind": "phone", "value": value, "created_at": now}
        insert_row(session, Contact, **values)


def match_call(session: Session, incoming: Incoming, contact: Known, *, now: datetime) -> Match:
    """Where the number last talked with us, by voice or in writing; else the open ticket of whoever proved the number.
    An open ticket of anybody else with this number is only pointed to."""
    same = select(Contact).where(Contact.customer_id == contact.customer_id, Contact.value == incoming.sender.value)
    contacts = session.scalars(same.where(Contact.kind.in_(NUMBERS))).all()
    talked = (TALK, Message.contact_id.in_([one.id for one in contacts]))
    last = session.execute(
        select(Message.ticket_id, Message.at).where(*talked).order_by(Message.id.desc()).limit(1)
    ).first()
    ticket = follow(session, last.ticket_id) if last and now - last.at <= FORGOTTEN else None
    if ticket and ticket.customer_id == contact.customer_id and not _is_over(ticket, now):
        return Match(ticket, "Joined: the talk goes on.")
    found = match(session, incoming, contact, now=now)
    live = _live(session, contact.customer_id)
    if found.ticket or live is None:
        return found
    if any(one.verified_at and now - one.verified_at <= FORGOTTEN for one in contacts):
        return Match(live, "Joined: a call from a number that the customer has proven.")
    return replace(found, reason="A new ticket: the number of a caller can be forged.", may_belong_to=live.id)


def _live(session: Session, customer_id: int) -> Ticket | None:
    query = select(Ticket).where(
        Ticket.customer_id == customer_id,
        Ticket.status.in_(("open", "waiting")),
        Ticket.deleted_at.is_(None),
        Ticket.merged_into_id.is_(None),
    )
    return session.scalar(query.order_by(Ticket.updated_at.desc(), Ticket.id.desc()).limit(1))


def _is_over(ticket: Ticket, now: datetime) -> bool:
    return ticket.status == "spam" or (ticket.closed_at is not None and now - ticket.closed_at > STAYS_OPEN)
