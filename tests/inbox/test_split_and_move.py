"""A ticket that becomes two, goes to another mailbox, or turns out to be about somebody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.merge import merge, unmerge
from supportbox.inbox.message import Message
from supportbox.inbox.move import give_to, move
from supportbox.inbox.participants import accept
from supportbox.inbox.split import split
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail import tokens
from supportbox.web.customer.rows import find_request, messages_of
from tests.mailroom import KEY, Mailroom, letter

CLEO, DOT = "Cleo <cleo@example.org>", "Dot <dot@example.net>"
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(mailroom: Mailroom, now: datetime) -> Ticket:
    """Cleo asks, Ada answers, Cleo asks something else an hour later."""
    number = mailroom.take(letter(CLEO, "Bowl", "A bowl", Message_ID="<1@example.org>"), now).ticket_id
    assert number
    mailroom.answer(number, "About the bowl", now)
    mailroom.send_due(now)
    mailroom.take(letter(CLEO, "Re: Bowl", "And a plate?", In_Reply_To="<1@example.org>"), now + HOUR)
    return mailroom.session.get_one(Ticket, number)


def said(mailroom: Mailroom, ticket: Ticket) -> list[str]:
    query = select(Message.text).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(mailroom.session.scalars(query))


def last(mailroom: Mailroom, ticket: Ticket) -> Message:
    query = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id.desc())
    return mailroom.session.scalars(query).first() or pytest.fail("no message")


def seen_by_customer(mailroom: Mailroom, ticket: Ticket, now: datetime) -> list[str]:
    connection = mailroom.session.connection()
    asked = find_request(connection, ticket.id)
    assert asked
    return [row.text for row in messages_of(connection, asked, now=now)]


def test_what_follows_a_message_becomes_a_ticket_that_waits_since_then(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    mailroom.take(letter(CLEO, "Re: Bowl", "A blue one.", In_Reply_To="<1@example.org>"), now + 2 * HOUR)
    plate = session.scalars(select(Message).where(Message.text == "And a plate?")).one()
    new = split(session, ticket, plate.id, by=ada, at=now + 3 * HOUR)
    assert (said(mailroom, ticket), said(mailroom, new)) == (
        ["A bowl", "About the bowl"],
        ["And a plate?", "A blue one."],
    )
    assert (new.customer_id, new.status, new.waiting_since) == (ticket.customer_id, "open", now + HOUR)
    assert (ticket.waiting_since, ticket.message_count, ticket.customer_at) == (None, 2, now)
    kinds = session.execute(select(Event.kind, Event.ticket_id).where(Event.kind.startswith("split"))).all()
    assert [tuple(kind) for kind in kinds] == [("split", ticket.id), ("split_off", new.id)]


def test_what_was_split_off_can_be_merged_back(mailroom: Mailroom, ticket: Ticket, now: datetime) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    before = said(mailroom, ticket)
    new = split(session, ticket, last(mailroom, ticket).id, by=ada, at=now + HOUR)
    merge(session, new, ticket, by=ada, at=now + HOUR)
    assert said(mailroom, ticket) == before
    assert ticket.waiting_since == now + HOUR


def test_what_somebody_else_wrote_becomes_theirs_and_shows_them_nothing_of_the_other(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    to = tokens.plus_address(KEY, "support@shop.example", ticket.id)
    dots = mailroom.take(letter(DOT, "Re: Bowl", "And mine?", to=to), now + HOUR)
    [dot] = session.scalars(select(Participant.contact_id)).all()
    accept(session, ticket, dot, by=ada, at=now + HOUR)
    mailroom.answer_all(ticket.id, "To both", now + HOUR)
    mailroom.send_due(now + HOUR)
    assert dots.message_id
    new = split(session, ticket, dots.message_id, by=ada, at=now + HOUR)
    assert new.customer_id == mailroom.people.dot.id
    assert said(mailroom, new) == ["And mine?", "To both"]
    assert seen_by_customer(mailroom, new, now + HOUR) == ["And mine?", "To both"]
    assert mailroom.answer(new.id, "To Dot", now + HOUR).receiver == "dot@example.net"


def test_what_cannot_be_split_says_why(mailroom: Mailroom, ticket: Ticket, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    first = session.scalars(select(Message.id).where(Message.text == "A bowl")).one()
    with pytest.raises(Refused, match="first message"):
        split(session, ticket, first, by=people.ada, at=now)
    with pytest.raises(NotFound):
        split(session, ticket, first + 99, by=people.ada, at=now)
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        split(session, ticket, last(mailroom, ticket).id, by=people.ben, at=now)


def test_a_split_out_of_a_merged_part_stays_when_the_merge_is_undone(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    cup = session.get_one(Ticket, mailroom.take(letter(CLEO, "Cup", "A cup"), now + 2 * HOUR).ticket_id)
    merge(session, cup, ticket, by=ada, at=now)
    new = split(session, ticket, last(mailroom, ticket).id, by=ada, at=now)
    unmerge(session, cup, by=ada, at=now)
    assert (said(mailroom, new), said(mailroom, cup)) == (["A cup"], [])
    assert (new.message_count, cup.message_count, ticket.message_count) == (1, 0, 3)


def test_from_another_mailbox_answers_leave_from_there_and_theirs_come_back(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, people = mailroom.session, mailroom.people
    office = Mailbox(address="office@shop.example", name="Office", created_at=now)
    session.add(office)
    session.flush()
    move(session, ticket, office, by=people.ada, at=now)
    assert mailroom.answer(ticket.id, "From the office", now).mailbox_id == office.id
    version = ticket.version
    move(session, ticket, office, by=people.ada, at=now)
    assert ticket.version == version
    receipt = mailroom.take(letter(CLEO, "Re: Bowl", In_Reply_To="<1@example.org>"), now)
    assert receipt.ticket_id == ticket.id
    office.is_active = False
    with pytest.raises(Refused, match="switched off"):
        move(session, ticket, office, by=people.ada, at=now)
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        move(session, ticket, people.support, by=people.ben, at=now)


def test_about_somebody_else_they_get_the_answers_and_see_nothing_from_before(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, people = mailroom.session, mailroom.people
    epoch = ticket.link_epoch
    give_to(session, ticket, "dot@example.net", "", by=people.ada, at=now)
    assert (ticket.customer_id, ticket.link_epoch) == (people.dot.id, epoch + 1)
    assert seen_by_customer(mailroom, ticket, now) == []
    delivery = mailroom.answer(ticket.id, "Hello Dot", now)
    assert delivery.receiver == "dot@example.net"
    assert b"1@example.org" not in mailroom.send(delivery, now)
    assert session.scalars(select(Participant.is_accepted)).all() == [False]
    with pytest.raises(Refused, match="already"):
        give_to(session, ticket, "dot@example.net", "", by=people.ada, at=now)
    give_to(session, ticket, "cleo@example.org", "", by=people.ada, at=now)
    assert seen_by_customer(mailroom, ticket, now) == ["A bowl", "About the bowl", "And a plate?"]
    with pytest.raises(Refused, match="not an e-mail address"):
        give_to(session, ticket, "nobody", "", by=people.ada, at=now)
