"""To whom an answer goes: the customer, copies that all see, copies that nobody sees; never more by accident."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox import receive, reply
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.forward import forward
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.participants import accepted_addresses
from supportbox.inbox.receivers import MOST, Receivers, usual
from supportbox.inbox.ticket import Ticket
from tests.conftest import People

EVE, EXPERT = "eve@carrier.example", "expert@lab.example"


@pytest.fixture
def ticket(session: Session, people: People, now: datetime) -> Ticket:
    incoming = Incoming("email", Sender("email", "cleo@example.org", "Cleo"), "Blue bowl", "Broken.", now,
                        mailbox_id=people.support.id, may_acknowledge=False)  # fmt: skip
    return session.get_one(Ticket, receive(session, incoming, now=now).ticket_id)


def roles(session: Session) -> list[tuple[str, str]]:
    return [(one.receiver, one.role) for one in session.scalars(select(Delivery).order_by(Delivery.id))]


def test_each_receiver_gets_a_letter_by_role(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    wanted = Receivers("cleo@example.org", (" Eve@Carrier.example",), (EXPERT, EVE, "cleo@example.org"))
    reply(session, ticket, people.ben, "On its way.", now=now, receivers=wanted)
    assert roles(session) == [("cleo@example.org", "to"), (EVE, "cc"), (EXPERT, "bcc")]


def test_who_is_put_into_cc_takes_part_and_a_hidden_copy_does_not(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    reply(session, ticket, people.ben, "One.", now=now, receivers=Receivers("", (EVE,), (EXPERT,)))
    assert accepted_addresses(session, ticket) == [EVE]
    assert usual(session, ticket) == Receivers("cleo@example.org", (EVE,))


def test_somebody_left_out_of_cc_gets_nothing_this_time(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    reply(session, ticket, people.ben, "One.", now=now, receivers=Receivers("", (EVE,)))
    reply(session, ticket, people.ben, "Two.", now=now, receivers=Receivers(""))
    assert [address for address, _ in roles(session)] == ["cleo@example.org", EVE, "cleo@example.org"]


@pytest.mark.parametrize(
    "wanted",
    [
        Receivers(EVE),
        Receivers("", ("not an address",)),
        Receivers("", tuple(f"n{one}@example.org" for one in range(MOST))),
    ],
)
def test_what_is_no_answer_to_the_customer_is_refused(
    session: Session, people: People, ticket: Ticket, now: datetime, wanted: Receivers
) -> None:
    with pytest.raises(Refused):
        reply(session, ticket, people.ben, "Hello.", now=now, receivers=wanted)
    assert roles(session) == []


def test_a_forward_is_a_note_to_the_team_and_lets_nobody_in(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    (first,) = session.scalars(select(Message)).all()
    status = ticket.status
    sent = forward(session, ticket, people.ben, "Can you look?", to=[EXPERT], message_ids=[first.id], now=now)
    assert (sent.kind, sent.visible) == ("note", "Can you look?")
    assert "Cleo <cleo@example.org>" in sent.text
    assert "Broken." in sent.text
    assert roles(session) == [(EXPERT, "to")]
    assert (accepted_addresses(session, ticket), ticket.status) == ([], status)
    assert "forwarded" in set(session.scalars(select(Event.kind)))


def test_an_answer_to_a_forward_comes_in_flagged(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    forward(session, ticket, people.ben, "Can you look?", to=[EXPERT], message_ids=[], now=now)
    answer = Incoming("email", Sender("email", EXPERT), "Re: Fwd: Blue bowl", "It is the glaze.", now,
                      mailbox_id=people.support.id, clues=Clues(token_ticket=ticket.id))  # fmt: skip
    receipt = receive(session, answer, now=now)
    assert receipt.ticket_id == ticket.id
    assert session.get_one(Message, receipt.message_id).facts["third_party"] is True
    assert usual(session, ticket).cc == ()


def test_a_note_is_never_forwarded(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    note = reply(session, ticket, people.ben, "She is difficult.", now=now, is_note=True)
    with pytest.raises(Refused):
        forward(session, ticket, people.ben, "See below.", to=[EXPERT], message_ids=[note.id], now=now)
    assert roles(session) == []


def test_a_forward_sent_twice_leaves_once(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    for _ in range(2):
        forward(session, ticket, people.ben, "Look.", to=[EXPERT], message_ids=[], now=now, send_token="once")
    assert roles(session) == [(EXPERT, "to")]
