"""Snoozing, tagging, sending again: verbs that leave an event and a new version."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.inbox import receive, reply
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.resend import resend
from supportbox.inbox.snooze import snooze, wake
from supportbox.inbox.tagging import MOST, tag, untag
from supportbox.inbox.ticket import Tag, Ticket
from tests.conftest import People


@pytest.fixture
def ticket(session: Session, people: People, now: datetime) -> Ticket:
    sender = Sender("email", "cleo@example.org", "Cleo")
    receipt = receive(session, Incoming("email", sender, "Lamp", "Where?", now, mailbox_id=1), now=now)
    return session.get_one(Ticket, receipt.ticket_id)


def kinds(session: Session) -> list[str]:
    return [
        kind for kind in session.scalars(select(Event.kind).order_by(Event.id)) if kind not in ("opened", "received")
    ]


def test_a_snooze_and_its_end_by_hand_stop_nobody_who_writes(
    session: Session, people: People, ticket: Ticket, now: datetime
) -> None:
    version = ticket.version
    snooze(session, ticket, until=now + timedelta(hours=2), by=people.ada, at=now)
    assert (ticket.snoozed_until, ticket.version) == (now + timedelta(hours=2), version)
    for _ in range(2):
        wake(session, ticket, by=people.ada, at=now)
    session.flush()
    assert (ticket.snoozed_until, ticket.version) == (None, version)
    assert kinds(session) == ["snoozed", "woke"]


def test_what_cannot_be_snoozed(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    for until in (now, now - timedelta(days=1), now + timedelta(days=400)):
        with pytest.raises(Refused):
            snooze(session, ticket, until=until, by=people.ada, at=now)
    ticket.close(by=people.ada, at=now)
    with pytest.raises(Refused):
        snooze(session, ticket, until=now + timedelta(days=1), by=people.ada, at=now)


def test_a_tag_is_made_once_and_put_on_once(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    for name in ("VIP  Client", "vip client"):
        tag(session, ticket, name, by=people.ada, at=now)
    assert session.scalars(select(Tag.name)).all() == ["vip client"]
    untag(session, ticket, "vip client", by=people.ada, at=now)
    untag(session, ticket, "vip client", by=people.ada, at=now)
    assert kinds(session) == ["tagged", "untagged"]


def test_too_many_tags_and_bad_names(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    for name in ("", "  ", "x" * 41, "a/b"):
        with pytest.raises(Refused):
            tag(session, ticket, name, by=people.ada, at=now)
    for i in range(MOST):
        tag(session, ticket, f"tag {i}", by=people.ada, at=now)
    with pytest.raises(Refused):
        tag(session, ticket, "one more", by=people.ada, at=now)


def test_only_what_failed_is_sent_again(session: Session, people: People, ticket: Ticket, now: datetime) -> None:
    message = reply(session, ticket, people.ada, "Hello", now=now)
    delivery = session.scalars(select(Delivery).where(Delivery.message_id == message.id)).one()
    with pytest.raises(Conflict):
        resend(session, delivery, by=people.ada, at=now)
    delivery.state, delivery.external_id, delivery.attempts = "uncertain", "<1@shop>", 1
    resend(session, delivery, by=people.ada, at=now + timedelta(hours=1))
    assert (delivery.state, delivery.external_id, delivery.attempts) == ("queued", "<1@shop>", 0)
    assert kinds(session)[-1] == "sent_again"
