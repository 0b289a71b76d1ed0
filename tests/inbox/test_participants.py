"""Others in a ticket: flagged until an agent accepts them, then written to as well."""

from datetime import datetime

import pytest
from sqlalchemy import select

from supportbox.errors import Forbidden, NotFound
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.participants import accept, leave_out
from supportbox.inbox.suppression import count_bounce
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail import tokens
from tests.mailroom import KEY, Mailroom, letter

DOT = "dot@example.net"


@pytest.fixture
def ticket(mailroom: Mailroom, now: datetime) -> Ticket:
    """Cleo's, into which Dot has written by its signed address."""
    number = mailroom.take(letter("cleo@example.org", "Bowl", Message_ID="<1@example.org>"), now).ticket_id
    assert number
    mailroom.take(letter(DOT, "Re: Bowl", to=tokens.plus_address(KEY, "support@shop.example", number)), now)
    mailroom.send_due(now)
    return mailroom.session.get_one(Ticket, number)


def dot(mailroom: Mailroom) -> int:
    return mailroom.session.scalars(select(Participant.contact_id)).one()


def receivers(mailroom: Mailroom, ticket: Ticket, now: datetime) -> list[str]:
    """Who gets the next answer."""
    mailroom.answer_all(ticket.id, "Hello", now)
    return [receiver for receiver, _ in mailroom.send_due(now)]


def test_only_whom_an_agent_accepts_is_written_to(mailroom: Mailroom, ticket: Ticket, now: datetime) -> None:
    assert receivers(mailroom, ticket, now) == ["cleo@example.org"]
    accept(mailroom.session, ticket, dot(mailroom), by=mailroom.people.ada, at=now)
    accept(mailroom.session, ticket, dot(mailroom), by=mailroom.people.ada, at=now)
    assert receivers(mailroom, ticket, now) == ["cleo@example.org", DOT]
    assert mailroom.take(letter(DOT, "Re: Bowl", In_Reply_To="<1@example.org>"), now).ticket_id == ticket.id
    leave_out(mailroom.session, ticket, dot(mailroom), by=mailroom.people.ada, at=now)
    assert receivers(mailroom, ticket, now) == ["cleo@example.org"]
    assert mailroom.take(letter(DOT, "Re: Bowl", In_Reply_To="<1@example.org>"), now).is_new_ticket
    kinds = mailroom.session.scalars(select(Event.kind).where(Event.kind.startswith("participant"))).all()
    assert kinds == ["participant_accepted", "participant_left_out"]


def test_a_suppressed_participant_keeps_nobody_else_from_the_answer(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    accept(mailroom.session, ticket, dot(mailroom), by=mailroom.people.ada, at=now)
    for _ in range(3):
        mailroom.answer_all(ticket.id, "Hello", now)
    for number in mailroom.session.scalars(select(Delivery.id).where(Delivery.receiver == DOT)).all():
        count_bounce(mailroom.session, number, DOT, now=now)
    mailroom.send_due(now)
    assert receivers(mailroom, ticket, now) == ["cleo@example.org"]


def test_who_may_not_answer_accepts_nobody_and_strangers_are_not_there(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    with pytest.raises(NotFound):
        accept(mailroom.session, ticket, 9999, by=mailroom.people.ada, at=now)
    mailroom.people.ben.role = "light"
    with pytest.raises(Forbidden, match="Light agents"):
        accept(mailroom.session, ticket, dot(mailroom), by=mailroom.people.ben, at=now)
