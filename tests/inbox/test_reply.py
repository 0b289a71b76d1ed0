"""An answer out: queued once, undone while it waits, refused where it would be wrong."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox import receive, reply
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.reply import undo
from supportbox.inbox.ticket import Ticket
from tests.conftest import People


@pytest.fixture
def ticket(session: Session, people: People, now: datetime) -> Ticket:
    sender = Sender("email", "cleo@example.org", "Cleo")
    incoming = Incoming(
        "email", sender, "Blue bowl", "Broken.", now, mailbox_id=people.support.id, may_acknowledge=False
    )
    return session.get_one(Ticket, receive(session, incoming, now=now).ticket_id)


def deliveries(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_reply_is_queued_after_the_undo_window(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    reply(session, ticket, people.ben, "A new one is on its way.", now=now, undo=timedelta(seconds=10))
    (delivery,) = deliveries(session)
    assert (delivery.receiver, delivery.state) == ("cleo@example.org", "queued")
    assert delivery.due_at == now + timedelta(seconds=10)
    assert (ticket.status, ticket.assignee_id, ticket.waiting_since) == ("waiting", people.ben.id, None)


@pytest.mark.parametrize("then", ["closed", "waiting", "open"])
def test_a_reply_settles_the_ticket(session: Session, people: People, ticket: Ticket, now: datetime, then: str) -> None:
    reply(session, ticket, people.ben, "Done.", now=now, then=then)
    assert ticket.status == then
    assert ticket.waiting_since is None


def test_words_that_cannot_be_stored_or_sent_are_taken_out(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    message = reply(session, ticket, people.ben, "\r\nHello\0 \ud800there\r\n", now=now)
    assert message.text == "Hello there"
    with pytest.raises(Refused, match="few words"):
        reply(session, ticket, people.ben, "\0\ud800", now=now)


def test_a_note_never_becomes_mail(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    note = reply(session, ticket, people.ben, "She is a friend of Ada.", now=now, is_note=True)
    assert note.kind == "note"
    assert deliveries(session) == []
    assert ticket.status == "open"


def test_a_token_used_twice_makes_one_letter(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    one = reply(session, ticket, people.ben, "Once.", now=now, send_token="t")
    two = reply(session, ticket, people.ben, "Once.", now=now, send_token="t")
    assert one is two
    assert len(deliveries(session)) == 1


def test_something_new_stops_the_send(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    seen = ticket.version
    reply(session, ticket, people.ada, "I know her.", now=now, is_note=True)
    with pytest.raises(Conflict, match="new arrived"):
        reply(session, ticket, people.ben, "Hello", now=now, seen_version=seen)
    assert deliveries(session) == []


def test_undo_takes_it_back_only_while_it_waits(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    message = reply(session, ticket, people.ben, "Too quick", now=now, undo=timedelta(seconds=10))
    assert undo(session, message, people.ben, now=now) == "Too quick"
    assert [delivery.state for delivery in deliveries(session)] == ["cancelled"]
    assert (ticket.status, ticket.waiting_since) == ("open", now)
    message = reply(session, ticket, people.ben, "Sent", now=now)
    deliveries(session)[-1].state = "sending"
    session.flush()
    with pytest.raises(Conflict, match="already left"):
        undo(session, message, people.ben, now=now)


def test_what_cannot_be_sent_is_refused(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    with pytest.raises(Refused, match="few words"):
        reply(session, ticket, people.ben, "  \n", now=now)
    sent = reply(session, ticket, people.ada, "Hello", now=now, undo=timedelta(seconds=10))
    people.ben.role = "light"
    with pytest.raises(Forbidden, match="Light agents"):
        reply(session, ticket, people.ben, "Hello", now=now)
    with pytest.raises(Forbidden, match="Light agents"):
        undo(session, sent, people.ben, now=now)
    ticket.deleted_at = now
    with pytest.raises(Conflict, match="deleted"):
        reply(session, ticket, people.ada, "Hello", now=now)


def test_a_failed_send_is_put_off_ever_longer_then_given_up(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    reply(session, ticket, people.ben, "Hello", now=now)
    (delivery,) = deliveries(session)
    waits = []
    for attempt in range(1, 8):
        delivery.attempts = attempt
        delivery.put_off("The mail server is away.", now=now)
        waits.append(int((delivery.due_at - now).total_seconds() / 60))
    assert waits == [1, 5, 15, 30, 60, 60, 60]
    delivery.put_off("The mail server is away.", now=now + timedelta(hours=72))
    assert delivery.state == "failed"
