"""An agent writes first: one letter, to whom it was meant for, and the answer comes back into the same ticket."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from supportbox.errors import Forbidden, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.start import Opening, start
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from tests.mailroom import Mailroom, letter

TO_CLEO = Opening("Cleo@Example.org", " Your  bowl ", "It is ready.")


def test_the_answer_to_a_letter_of_ours_comes_back_into_its_ticket(mailroom: Mailroom, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    message = start(session, people.ada, TO_CLEO, people.support, now=now, undo=timedelta(seconds=8))
    ticket = session.get_one(Ticket, message.ticket_id)
    assert (ticket.customer_id, ticket.status, ticket.assignee_id) == (people.cleo.id, "waiting", people.ada.id)
    assert (ticket.subject, ticket.message_count, ticket.waiting_since) == ("Your bowl", 1, None)
    delivery = session.scalars(select(Delivery)).one()
    assert (delivery.receiver, delivery.due_at) == ("cleo@example.org", now + timedelta(seconds=8))
    raw = mailroom.send(delivery, now)
    assert delivery.external_id and b"Your bowl" in raw
    receipt = mailroom.take(letter("cleo@example.org", "Re: Your bowl", In_Reply_To=delivery.external_id), now)
    assert receipt.ticket_id == ticket.id and ticket.status == "open"


def test_of_several_addresses_the_chosen_one_gets_it_until_the_customer_writes(
    mailroom: Mailroom, now: datetime
) -> None:
    session, people = mailroom.session, mailroom.people
    session.add(Contact(customer_id=people.cleo.id, kind="email", value="work@example.com", created_at=now))
    session.flush()
    message = start(session, people.ada, Opening("work@example.com", "Bowl", "Hi"), people.support, now=now)
    assert mailroom.answer(message.ticket_id, "One more thing", now).receiver == "work@example.com"
    mailroom.send_due(now)
    first = session.scalars(select(Delivery.external_id)).first() or ""
    mailroom.take(letter("cleo@example.org", "Re: Bowl", In_Reply_To=first), now)
    assert mailroom.answer(message.ticket_id, "Thanks", now).receiver == "cleo@example.org"


def test_somebody_new_becomes_a_customer(mailroom: Mailroom, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    message = start(session, people.ada, Opening("eve@example.com", "Hi", "Hello", "Eve"), people.support, now=now)
    customer = session.get_one(Customer, session.get_one(Ticket, message.ticket_id).customer_id)
    assert customer.name == "Eve"


def test_the_same_form_twice_is_one_letter(mailroom: Mailroom, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    both = [start(session, people.ada, TO_CLEO, people.support, now=now, send_token="once").id for _ in range(2)]
    assert both[0] == both[1]
    assert len(session.scalars(select(Ticket)).all()) == 1


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        (Opening("nobody", "Hi", "Hello"), "not an e-mail address"),
        (Opening("support@shop.example", "Hi", "Hello"), "address of ours"),
        (Opening("eve@example.com", " ", "Hello"), "needs a subject"),
        (Opening("eve@example.com", "x" * 201, "Hello"), "at most 200"),
        (Opening("eve@example.com", "Hi", "\n"), "write a few words"),
    ],
)
def test_what_cannot_be_sent_makes_no_customer(
    mailroom: Mailroom, now: datetime, opening: Opening, sentence: str
) -> None:
    session, people = mailroom.session, mailroom.people
    with pytest.raises(Refused, match=sentence):
        start(session, people.ada, opening, people.support, now=now)
    assert session.scalars(select(Customer.id).where(Customer.name == "")).all() == []
    assert session.scalars(select(Ticket)).all() == []


def test_light_agents_start_nothing(mailroom: Mailroom, now: datetime) -> None:
    people = mailroom.people
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        start(mailroom.session, people.ben, TO_CLEO, people.support, now=now)
