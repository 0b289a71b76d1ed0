"""Changing many tickets at once, and undoing it to the microsecond."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, NotFound, Refused
from supportbox.inbox import receive
from supportbox.inbox.bulk import MOST, Change, change_all
from supportbox.inbox.event import Event
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.snapshot import snapshots
from supportbox.inbox.snooze import snooze
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.undo import LASTS, Undo, get_undo, take_back
from tests.conftest import People


@pytest.fixture
def tickets(session: Session, people: People, now: datetime) -> list[Ticket]:
    """One that waits, one answered and tagged, one closed, one asleep."""
    made = []
    for i in range(4):
        incoming = Incoming("email", Sender("email", "cleo@example.org", "Cleo"), f"Matter {i}", "Hello.",
                            now - timedelta(hours=9 - i), mailbox_id=1)  # fmt: skip
        made.append(session.get_one(Ticket, receive(session, incoming, now=now).ticket_id))
    made[1].wait(by=people.ada, at=now)
    tag(session, made[1], "vip", by=people.ada, at=now)
    made[1].assign(people.ben, by=people.ada, at=now)
    made[2].close(by=people.ada, at=now)
    snooze(session, made[3], until=now + timedelta(days=2, microseconds=7), by=people.ada, at=now)
    session.flush()
    return made


def change(session: Session, tickets: list[Ticket], people: People, at: datetime, action: str, **more: object) -> Undo:
    numbers = [ticket.id for ticket in tickets]
    return change_all(session, numbers, Change(action, **more), by=people.ada, at=at)  # type: ignore[arg-type]  # fields of Change


@pytest.mark.parametrize(
    ("action", "more", "changed", "refused"),
    [
        ("assign", {"assignee_id": 2}, 3, 0),
        ("assign", {}, 1, 0),
        ("open", {}, 3, 0),
        ("wait", {}, 3, 0),
        ("close", {}, 3, 0),
        ("spam", {}, 4, 0),
        ("tag", {"tag": "VIP"}, 3, 0),
        ("tag", {"tag": "a/b"}, 0, 4),
        ("untag", {"tag": "vip"}, 1, 0),
        ("snooze", {"until": datetime.fromisoformat("2026-03-09T09:00:00+00:00")}, 3, 1),
        ("merge", {}, 3, 0),
        ("delete", {}, 4, 0),
    ],
)
def test_every_action_can_be_undone(
    session: Session, people: People, tickets: list[Ticket], now: datetime, action: str, more: dict[str, object],
    changed: int, refused: int,
) -> None:  # fmt: skip
    before = snapshots(session, tickets)
    events = len(session.scalars(select(Event)).all())
    undo = change(session, tickets, people, now + timedelta(minutes=1), action, **more)
    assert (len(undo.before), len(undo.said["refused"])) == (changed, refused)
    assert (snapshots(session, tickets) != before) == (changed > 0)
    assert len(session.scalars(select(Event)).all()) >= events + changed
    take_back(session, undo, by=people.ada, at=now + timedelta(minutes=2))
    session.expire_all()
    assert snapshots(session, tickets) == before
    assert undo.said["kept"] == []


def test_what_changed_since_stays_as_it_is(
    session: Session, people: People, tickets: list[Ticket], now: datetime
) -> None:
    undo = change(session, tickets[:2], people, now, "close")
    incoming = Incoming("email", Sender("email", "cleo@example.org", "Cleo"), "Re: Matter 0", "And another thing.",
                        now, mailbox_id=1)  # fmt: skip
    answered = receive(session, incoming, now=now).ticket_id
    first, second = tickets[:2]
    if answered != first.id:
        first.reopen(by=people.ben, at=now)
    take_back(session, undo, by=people.ada, at=now)
    assert undo.said["kept"] == [first.id]
    assert (first.status, second.status) == ("open", "waiting")


def test_an_undo_is_for_once_for_its_agent_and_for_a_while(
    session: Session, people: People, tickets: list[Ticket], now: datetime
) -> None:
    undo = change(session, tickets, people, now, "close")
    with pytest.raises(NotFound):
        get_undo(session, undo.id, people.ben)
    with pytest.raises(Conflict):
        take_back(session, undo, by=people.ada, at=now + LASTS + timedelta(seconds=1))
    take_back(session, get_undo(session, undo.id, people.ada), by=people.ada, at=now)
    with pytest.raises(Conflict):
        take_back(session, undo, by=people.ada, at=now)
    later = change(session, tickets, people, now + LASTS + timedelta(minutes=1), "spam")
    assert session.scalars(select(Undo.id)).all() == [later.id]


def test_merging_goes_into_the_oldest_and_back(
    session: Session, people: People, tickets: list[Ticket], now: datetime
) -> None:
    undo = change(session, tickets[:2], people, now, "merge")
    assert tickets[1].merged_into_id == tickets[0].id
    assert set(session.scalars(select(Message.ticket_id))) == {ticket.id for ticket in tickets} - {tickets[1].id}
    take_back(session, undo, by=people.ada, at=now)
    assert tickets[1].merged_into_id is None
    assert set(session.scalars(select(Message.ticket_id))) == {ticket.id for ticket in tickets}


def test_what_a_light_agent_may_not_do_is_refused_for_each(
    session: Session, people: People, tickets: list[Ticket], now: datetime
) -> None:
    people.ada.role = "light"
    undo = change(session, tickets[:2], people, now, "delete")
    assert undo.before == {}
    assert [number for number, *_ in undo.said["refused"]] == [ticket.id for ticket in tickets[:2]]


def test_tickets_of_hidden_mailboxes_are_as_if_not_there(
    session: Session, people: People, tickets: list[Ticket], now: datetime
) -> None:
    numbers = [ticket.id for ticket in tickets]
    undo = change_all(session, numbers, Change("close"), by=people.ada, at=now, hidden={people.support.id})
    assert undo.before == {}
    assert tickets[0].status == "open"


@pytest.mark.parametrize(
    ("numbers", "what"),
    [([], Change("close")), (list(range(1, MOST + 2)), Change("close")), ([1], Change("dance")), ([1], Change("merge")),
     ([1], Change("snooze")), ([1], Change("assign", assignee_id=99))],
)  # fmt: skip
def test_nonsense_is_one_sentence(
    session: Session, people: People, tickets: list[Ticket], now: datetime, numbers: list[int], what: Change
) -> None:
    with pytest.raises(Refused):
        change_all(session, numbers, what, by=people.ada, at=now)
