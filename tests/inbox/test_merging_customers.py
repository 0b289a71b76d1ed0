"""Two customers become one and two again, exactly; nobody is ever merged by themselves."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox import receive
from supportbox.inbox.customer_merging import is_contact_used, merge_customers, newest_merge, undo_merge
from supportbox.inbox.event import Event
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.people.find import find_contact, find_customer
from supportbox.people.same_person import suggest
from tests.conftest import People


def said(session: Session, address: str, now: datetime, name: str = "") -> int:
    incoming = Incoming("email", Sender("email", address, name), "Hello", "Hi", now, mailbox_id=1)
    receipt = receive(session, incoming, now=now)
    assert receipt.ticket_id
    return receipt.ticket_id


def state(session: Session) -> list[list[tuple[Any, ...]]]:
    session.flush()
    session.expire_all()
    columns = [column for column in Ticket.__table__.c if column.name not in ("version", "updated_at")]
    return [
        [tuple(row) for row in session.execute(query)]
        for query in (
            select(Customer.__table__).order_by(Customer.id),
            select(Contact.__table__).order_by(Contact.id),
            select(*columns).order_by(Ticket.id),
        )
    ]


def test_merging_moves_everything_and_undoing_puts_it_back_exactly(
    session: Session, people: People, now: datetime
) -> None:
    said(session, "cleo@example.org", now)
    theirs = said(session, "dot@example.net", now)
    people.dot.company, people.dot.notes, people.cleo.notes = "Dot & Co", "Prefers mail.", "Kind."
    people.dot.fields = {"1": "x"}
    people.dot.caution, people.cleo.caution = "Do not call.", "Nothing on credit."
    before = state(session)
    merge = merge_customers(session, people.cleo, people.dot, by=people.ada, at=now)
    session.expire_all()
    assert session.get_one(Ticket, theirs).customer_id == people.cleo.id
    assert (people.cleo.company, people.cleo.notes, people.cleo.fields) == (
        "Dot & Co",
        "Kind.\nPrefers mail.",
        {"1": "x"},
    )
    assert people.cleo.caution == "Nothing on credit. · Do not call."
    assert find_customer(session, people.dot.id) is people.cleo
    known = find_contact(session, "email", "dot@example.net")
    assert known and known.customer_id == people.cleo.id
    assert newest_merge(session, people.cleo.id) is merge
    undo_merge(session, merge, by=people.ada, at=now)
    assert state(session) == before
    assert newest_merge(session, people.cleo.id) is None
    with pytest.raises(Conflict):
        undo_merge(session, merge, by=people.ada, at=now)


def test_what_came_since_goes_back_with_its_writer_and_what_was_written_since_stays(
    session: Session, people: People, now: datetime
) -> None:
    merge = merge_customers(session, people.cleo, people.dot, by=people.ada, at=now)
    later = now + timedelta(hours=1)
    of_dot, of_cleo = said(session, "dot@example.net", later), said(session, "cleo@example.org", later)
    people.cleo.notes = "Written after the merge."
    undo_merge(session, merge, by=people.ada, at=later)
    session.expire_all()
    assert session.get_one(Ticket, of_dot).customer_id == people.dot.id
    assert session.get_one(Ticket, of_cleo).customer_id == people.cleo.id
    assert people.cleo.notes == "Written after the merge."


def test_every_ticket_says_so(session: Session, people: People, now: datetime) -> None:
    number = said(session, "dot@example.net", now)
    merge_customers(session, people.cleo, people.dot, by=people.ada, at=now)
    told = session.scalars(select(Event).where(Event.kind == "customer_merged")).one()
    assert (told.ticket_id, told.agent_id, told.data) == (number, people.ada.id, {"name": "Dot"})


def test_who_may_not_and_what_cannot_be_merged(session: Session, people: People, now: datetime) -> None:
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        merge_customers(session, people.cleo, people.dot, by=people.ben, at=now)
    with pytest.raises(Refused):
        merge_customers(session, people.cleo, people.cleo, by=people.ada, at=now)
    people.dot.erased_at = now
    with pytest.raises(Conflict):
        merge_customers(session, people.cleo, people.dot, by=people.ada, at=now)


def test_the_same_number_the_same_name_and_house_or_the_name_in_an_address_is_suggested(
    session: Session, people: People, now: datetime
) -> None:
    def customer(name: str, *values: str) -> int:
        one = Customer(name=name, created_at=now)
        session.add(one)
        session.flush()
        for value in values:
            add_contact(session, one, "email" if "@" in value else "phone", value, region="FR", now=now)
        return one.id

    amelie = customer("Amélie Roy", "amelie@atelier.example", "06 12 34 56 78")
    other_number = Customer(name="A.", created_at=now)
    session.add(other_number)
    session.flush()
    add_contact(session, other_number, "whatsapp", "+33612345678", region="FR", now=now)
    same_house = customer("AMELIE ROY", "roy.a@atelier.example")
    in_address = customer("", "amelie.roy@gmail.com")
    customer("Amélie Roy", "someone@elsewhere.example"), customer("Bob", "amelie.roy@elsewhere.example")
    found = {one.customer_id: one.reason for one in suggest(session.connection(), amelie)}
    assert found == {other_number.id: "number", same_house: "name-and-house", in_address: "name-in-address"}
    assert suggest(session.connection(), people.cleo.id) == []
    merge_customers(
        session, session.get_one(Customer, amelie), session.get_one(Customer, same_house), by=people.ada, at=now
    )
    assert same_house not in {one.customer_id for one in suggest(session.connection(), amelie)}


def test_a_contact_is_used_once_it_wrote(session: Session, people: People, now: datetime) -> None:
    contact = session.scalars(select(Contact).where(Contact.value == "cleo@example.org")).one()
    assert not is_contact_used(session, contact.id)
    said(session, "cleo@example.org", now)
    assert is_contact_used(session, contact.id)
