"""Operators of the ticket search: each finds what it says, and nonsense is a hint, never an error."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from supportbox.inbox import receive, reply
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import File, Incoming, Sender
from supportbox.inbox.query import Place
from supportbox.inbox.snooze import snooze
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Ticket
from supportbox.search.ticket_find import Seeker, seek
from supportbox.search.ticket_query import parse
from supportbox.search.tickets import index_tickets
from tests.conftest import People

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(session: Session, people: People, now: datetime) -> dict[str, Ticket]:
    """Five tickets, each known for something."""
    session.add(orders := Mailbox(address="orders@shop.example", name="Orders", channel="chat", created_at=now))
    session.flush()

    def arrive(subject: str, text: str, who: str, name: str, at: datetime, **more: object) -> Ticket:
        incoming = Incoming("email", Sender("email", who, name), subject, text, at, **{"mailbox_id": 1, **more})  # type: ignore[arg-type]  # fields of Incoming
        receipt = receive(session, incoming, now=at)
        return session.get_one(Ticket, receipt.ticket_id)

    made = {
        "lamp": arrive("Broken lamp", "The blue glass came in pieces.", "cleo@example.org", "Cleo", now),
        "photo": arrive("Photo", "See the blue picture.", "dot@example.net", "Dot", now + timedelta(minutes=1),
                        files=(File("t", "lamp.jpg", "image/jpeg", 1, "x"),)),
        "old": arrive("Invoice", "Glass blue, please.", "cleo@example.org", "Cleo", now - timedelta(days=300)),
        "order": arrive("Order", "A cup.", "amelie@example.fr", "Amélie Roy", now, mailbox_id=orders.id,
                        copied=("boss@example.fr",)),
        "spam": arrive("Win", "A prize.", "dot@example.net", "Dot", now),
    }  # fmt: skip
    made["spam"].mark_spam(by=people.ada, at=now)
    made["lamp"].assign(people.ada, by=people.ada, at=now)
    made["photo"].assign(people.ben, by=people.ada, at=now)
    made["old"].close(by=people.ada, at=now - timedelta(days=200))
    tag(session, made["lamp"], "vip client", by=people.ada, at=now)
    snooze(session, made["order"], until=now + timedelta(days=1), by=people.ada, at=now)
    reply(session, made["photo"], people.ben, "Thank you, a parrot.", now=now)
    while index_tickets(session):
        pass
    return made


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("blue", "lamp photo old"),
        ('"blue glass"', "lamp"),
        ("blue -glass", "photo"),
        ("blue -subject:photo -invoice", "lamp"),
        ("-blue -prize", "order"),
        ("pieces OR picture", "lamp photo"),
        ("pieces OR tag:nothing", "lamp"),
        ("tag:nothing OR pieces", "lamp"),
        ("subject:lamp", "lamp"),
        ("lamp", "lamp photo"),
        ("file:lamp", "photo"),
        ("body:invoice", ""),
        ("from:cleo", "lamp old"),
        ("from:dot@example.net", "photo spam"),
        ("customer:dot parrot", "photo"),
        ("from:ben", "photo"),
        ("customer:ben", ""),
        ("to:orders", "order"),
        ("to:boss@example.fr", "order"),
        ("to:dot@example.net", "photo"),
        ("is:open", "lamp"),
        ("status:waiting", "photo"),
        ("is:closed", "old"),
        ("is:spam", "spam"),
        ("is:snoozed", "order"),
        ("is:unread -is:spam", "lamp photo old order"),
        ("assigned:me", "lamp"),
        ("assignee:ben", "photo"),
        ("assigned:none is:closed", "old"),
        ("assigned:zoe", ""),
        ('tag:"vip client"', "lamp"),
        ("-tag:nothing subject:lamp", "lamp"),
        ("mailbox:orders", "order"),
        ("mailbox:support from:cleo", "lamp old"),
        ("channel:email blue", "lamp photo old"),
        ("channel:chat", ""),
        ("has:attachment", "photo"),
        ("-has:attachment blue", "lamp old"),
        ("before:2026-01-01", "old"),
        ("after:2026-03-01 blue", "lamp photo"),
        ("after:7d blue", "lamp photo"),
        ("roy amelie", "order"),
        ("from:amelie", "order"),
    ],
)
def test_an_operator_finds(session: Session, people: People, shop: dict[str, Ticket], query: str, wanted: str) -> None:
    numbers = seek(session.connection(), parse(query, today=TODAY), Seeker(me=people.ada.id))
    names = {ticket.id: name for name, ticket in shop.items()}
    assert {names[number] for number in numbers} == set(wanted.split())
    assert list(numbers) == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    ("query", "kind", "about"),
    [
        ("colour:blue", "operator", "colour:"),
        ("is:purple", "state", "purple"),
        ("has:wings", "has", "wings"),
        ("before:soon", "date", "before:soon"),
        ("after:2026-13-45", "date", "after:2026-13-45"),
        ("order:random", "order", "random"),
        ("x" * 10_000, "long", ""),
    ],
)
def test_what_is_not_understood_is_a_hint(query: str, kind: str, about: str) -> None:
    (hint,) = parse(query, today=TODAY).hints
    assert (hint.kind, hint.about) == (kind, about)


@pytest.mark.parametrize("query", ["https://shop.example/x", "Re: lamp", "10:30", "lamp:", ":", "::", 'a:"'])
def test_what_people_paste_is_no_operator(query: str) -> None:
    assert parse(query, today=TODAY).hints == ()


def test_an_unknown_operator_is_looked_for_as_words(session: Session, shop: dict[str, Ticket]) -> None:
    assert seek(session.connection(), parse("broken:lamp", today=TODAY), Seeker()) == [shop["lamp"].id]


@pytest.mark.parametrize(
    "query", ['"', "-", "--", "OR", "OR OR", "a OR", "-OR b", '-"', "from:", 'tag:""', "NEAR(a b)", "*", "a AND NOT b",
              "before:9999-12-31", "after:9999y", "after:0001-01-01", "mailbox:%", "x\x00y", "😀", "{subject}: a"],
)  # fmt: skip
def test_nothing_breaks_it(session: Session, shop: dict[str, Ticket], query: str) -> None:
    seek(session.connection(), parse(query, today=TODAY), Seeker())


@pytest.mark.parametrize("order", ["newest", "oldest", "longest", "changed"])
def test_pages_of_every_order_meet(session: Session, shop: dict[str, Ticket], order: str) -> None:
    from supportbox.inbox.query import list_numbers
    from supportbox.search.ticket_find import place_of

    query = parse(f"-tag:nothing order:{order}", today=TODAY)
    assert query.order == order
    connection = session.connection()
    whole = list(seek(connection, query, Seeker(), order=order))
    assert sorted(whole) == sorted(ticket.id for ticket in shop.values())
    seen: list[int] = []
    after: Place | None = None
    while page := seek(connection, query, Seeker(), order=order, after=after, limit=2):
        seen += page
        after = place_of(list_numbers(connection, page)[-1], order)
    assert seen == whole
    if order == "longest":
        waiting = [shop[name].waiting_since or datetime.max.replace(tzinfo=UTC) for name in shop]
        assert whole[0] == shop["lamp"].id == min(zip(waiting, (t.id for t in shop.values()), strict=True))[1]


def test_deleted_and_merged_tickets_and_hidden_mailboxes_are_left_out(
    session: Session, shop: dict[str, Ticket], now: datetime
) -> None:
    connection = session.connection()
    shop["lamp"].deleted_at = now
    shop["old"].merged_into_id = shop["photo"].id
    session.flush()
    assert seek(connection, parse("blue", today=TODAY), Seeker()) == [shop["photo"].id]
    assert seek(connection, parse("is:deleted", today=TODAY), Seeker()) == [shop["lamp"].id]
    hidden = frozenset([shop["order"].mailbox_id or 0])
    assert seek(connection, parse("from:amelie", today=TODAY), Seeker(hidden=hidden)) == []
    assert seek(connection, parse("from:dot", today=TODAY), Seeker(hidden=hidden)) != []
