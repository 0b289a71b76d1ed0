"""By which contacts a ticket can be answered, and why not by the others."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import inbox
from supportbox.errors import Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import find_way, list_ways, queue_by, usual_way
from supportbox.people.contact import Contact
from tests.conftest import NOW, People

DAY = timedelta(hours=24)
WINDOWS = {"whatsapp": DAY, "sms": None, "email": None}


def _said(session: Session, kind: str, value: str, *, mailbox: Mailbox | None, at: object = NOW) -> Ticket:
    incoming = Incoming(
        channel=kind,
        sender=Sender(kind, value, "Cleo"),
        subject="Lid",
        text="The lid is broken.",
        at=NOW,
        mailbox_id=mailbox.id if mailbox else None,
        clues=Clues(goes_on=kind != "email"),
    )
    receipt = inbox.receive(session, incoming, now=NOW)
    return session.get_one(Ticket, receipt.ticket_id)


def _mailbox(session: Session, channel: str) -> Mailbox:
    mailbox = Mailbox(address=f"{channel}:ours", channel=channel, created_at=NOW)
    session.add(mailbox)
    session.flush()
    return mailbox


def test_a_messenger_with_a_window_closes_and_says_so(session: Session, people: People) -> None:
    box = _mailbox(session, "whatsapp")
    ticket = _said(session, "whatsapp", "+33612345678", mailbox=box)
    (way,) = list_ways(session, ticket, WINDOWS, now=NOW + timedelta(hours=23))
    assert (way.is_open, way.mailbox_id) == (True, box.id)
    (way,) = list_ways(session, ticket, WINDOWS, now=NOW + timedelta(hours=25))
    assert way.why_not % way.values == "The 24 hours after the customer’s last words are over."
    with pytest.raises(Refused, match="24 hours"):
        find_way(session, ticket, way.key, WINDOWS, now=NOW + timedelta(hours=25))


def test_the_usual_way_is_the_customers_wish_else_where_they_wrote_last(session: Session, people: People) -> None:
    box = _mailbox(session, "sms")
    ticket = _said(session, "sms", "+33612345678", mailbox=box)
    session.add(Contact(customer_id=ticket.customer_id, kind="email", value="cleo@x.example", created_at=NOW))
    session.flush()
    ways = list_ways(session, ticket, WINDOWS, now=NOW)
    assert [way.channel for way in ways] == ["email", "sms"]
    usual = usual_way(session, ticket, ways)
    assert usual
    assert usual.channel == "sms"


def test_an_answer_by_a_number_that_called_goes_on_there(session: Session, people: People) -> None:
    box = _mailbox(session, "sms")
    ticket = _said(session, "email", "cleo@x.example", mailbox=None)
    session.add(Contact(customer_id=ticket.customer_id, kind="phone", value="+33612345678", created_at=NOW))
    session.flush()
    way = find_way(session, ticket, list_ways(session, ticket, WINDOWS, now=NOW)[1].key, WINDOWS, now=NOW)
    message = Message(ticket_id=ticket.id, kind="agent", channel="email", at=NOW, text="Yes", facts={})
    session.add(message)
    session.flush()
    queue_by(session, ticket, message, way, due=NOW)
    session.flush()
    delivery = session.scalars(select(Delivery).where(Delivery.channel == "sms")).one()
    assert (delivery.receiver, delivery.mailbox_id, message.channel) == ("+33612345678", box.id, "sms")
    assert _said(session, "sms", "+33612345678", mailbox=box).id == ticket.id


def test_a_number_of_somebody_else_is_not_taken(session: Session, people: People) -> None:
    box = _mailbox(session, "sms")
    _said(session, "sms", "+33612345678", mailbox=box)
    ticket = _said(session, "email", "dot@x.example", mailbox=None)
    session.add(Contact(customer_id=ticket.customer_id, kind="phone", value="+33612345678", created_at=NOW))
    session.flush()
    way = next(one for one in list_ways(session, ticket, WINDOWS, now=NOW) if one.channel == "sms")
    message = Message(ticket_id=ticket.id, kind="agent", channel="email", at=NOW, text="Yes", facts={})
    session.add(message)
    session.flush()
    with pytest.raises(Refused, match="another customer"):
        queue_by(session, ticket, message, way, due=NOW)
