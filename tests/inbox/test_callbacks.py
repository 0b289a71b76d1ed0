"""Somebody asks to be called: once a ticket, at a time to come, and a number proves nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.inbox import receive
from supportbox.inbox.callback import Callback, Slot, ask_for_call, callbacks_of, finish, soonest, try_again
from supportbox.inbox.event import Event
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.contacts import add_contact
from tests.conftest import People

HOUR = timedelta(hours=1)


def _ticket(session: Session, now: datetime) -> Ticket:
    incoming = Incoming("email", Sender("email", "cleo@example.org"), "The lid", "It broke.", now, mailbox_id=1)
    return session.get_one(Ticket, receive(session, incoming, now=now).ticket_id)


def _ask(session: Session, now: datetime, phone: str = "06 12 34 56 78", **more: object) -> Callback:
    asked = {"slot": soonest(now), "now": now, "how": "page", "region": "FR", **more}
    return ask_for_call(session, phone=phone, **asked)  # type: ignore[arg-type]  # the keywords of ask_for_call


def test_asking_again_changes_the_number_and_the_time(session: Session, people: People, now: datetime) -> None:
    ticket = _ticket(session, now)
    ticket.close(by=people.ada, at=now)
    first = _ask(session, now, ticket=ticket)
    later = Slot(now + HOUR, now + 3 * HOUR)
    again = _ask(session, now, "+44 20 7946 0123", ticket=ticket, slot=later)
    assert again.id == first.id
    assert (again.phone, again.slot_to) == ("+442079460123", later.end)
    assert ticket.status == "open"
    assert callbacks_of(session, ticket) == [again]
    kinds = session.scalars(select(Event.kind).where(Event.kind == "callback_asked")).all()
    assert len(kinds) == 2


def test_a_number_typed_by_a_stranger_opens_a_ticket_of_its_own(
    session: Session, people: People, now: datetime
) -> None:
    ticket = _ticket(session, now)
    add_contact(session, people.cleo, "phone", "06 12 34 56 78", region="FR", now=now, how="call")
    asked = _ask(session, now, context="About my lid", name="Dot")
    assert asked.ticket_id != ticket.id
    assert session.get_one(Ticket, asked.ticket_id).subject == "About my lid"


def test_a_number_of_somebody_else_is_kept_for_the_call_alone(session: Session, people: People, now: datetime) -> None:
    add_contact(session, people.dot, "phone", "06 12 34 56 78", region="FR", now=now)
    asked = _ask(session, now, ticket=_ticket(session, now))
    assert asked.phone == "+33612345678"
    assert session.scalars(select(Contact.customer_id).where(Contact.kind == "phone")).all() == [people.dot.id]


@pytest.mark.parametrize(
    ("phone", "start", "end"),
    [
        ("teapot", 0, 2),
        ("06 12 34 56 78", -3, -1),
        ("06 12 34 56 78", 2, 1),
        ("06 12 34 56 78", 24 * 100, 24 * 100 + 1),
    ],
)
def test_what_is_no_number_and_no_time_to_come_is_refused(
    session: Session, people: People, now: datetime, phone: str, start: int, end: int
) -> None:
    with pytest.raises(Refused):
        _ask(session, now, phone, slot=Slot(now + start * HOUR, now + end * HOUR))
    assert session.scalar(select(Callback)) is None


def test_a_call_is_done_once_and_can_be_tried_again(session: Session, people: People, now: datetime) -> None:
    ticket = _ticket(session, now)
    asked = _ask(session, now, ticket=ticket)
    try_again(session, asked, by=people.ben, at=now, after=2 * HOUR)
    assert (asked.tries, asked.slot_from, asked.done_at) == (1, now + 2 * HOUR, None)
    finish(session, asked, "reached", by=people.ben, at=now)
    finish(session, asked, "not-needed", by=people.ada, at=now + HOUR)
    assert (asked.outcome, asked.agent_id, asked.done_at) == ("reached", people.ben.id, now)
    assert callbacks_of(session, ticket) == []
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        try_again(session, asked, by=people.ben, at=now, after=HOUR)
