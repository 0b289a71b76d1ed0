"""The tickets' full-text table follows the events, however often it is asked to."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.inbox import receive, reply
from supportbox.inbox.parcel import File, Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.search.ticket_find import find
from supportbox.search.tickets import index_tickets, reindex_tickets
from tests.conftest import People


def arrive(session: Session, now: datetime, subject: str, text: str, **more: object) -> int:
    receipt = receive(session, Incoming("email", Sender("email", "cleo@example.org", "Cleo"), subject, text, now,
                                        mailbox_id=1, **more), now=now)  # type: ignore[arg-type]  # fmt: skip
    assert receipt.ticket_id
    return receipt.ticket_id


def index(session: Session) -> None:
    while index_tickets(session, limit=2):
        pass


def test_what_is_written_later_is_found_too(session: Session, people: People, now: datetime) -> None:
    number = arrive(
        session, now, "Broken cup", "It came in pieces.", files=(File("t", "photo-of-box.jpg", "image/jpeg", 1, "x"),)
    )
    index(session)
    connection = session.connection()
    assert find(connection, "piec cup") == [number]
    assert find(connection, "photo box") == [number]
    assert find(connection, "replacement") == []
    reply(session, session.get_one(Ticket, number), people.ada, "A replacement has left.", now=now)
    assert index_tickets(session) > 0
    assert index_tickets(session) == 0
    assert find(connection, "replacement cup") == [number]


def test_quoted_words_and_what_was_folded_away_are_not_found(session: Session, people: People, now: datetime) -> None:
    number = arrive(session, now, "Re: lamp", "Yes please\n> shall we send the zebra?", visible_text="Yes please")
    index(session)
    assert find(session.connection(), "please") == [number]
    assert find(session.connection(), "zebra") == []


def test_newest_first_page_by_page(session: Session, people: People, now: datetime) -> None:
    numbers = [arrive(session, now, f"Lamp {i}", "A lamp") for i in range(5)]
    index(session)
    connection = session.connection()
    assert find(connection, "lamp", limit=2) == numbers[:2:-1]
    assert find(connection, "lamp", below=numbers[3], limit=2) == [numbers[2], numbers[1]]


def test_reindexing_ends_with_the_same(session: Session, people: People, now: datetime) -> None:
    number = arrive(session, now, "Œuvre reçue", "Straße")
    index(session)
    reindex_tickets(session)
    assert find(session.connection(), "oeuvre") == []
    index(session)
    assert find(session.connection(), "oeuvre recue strasse") == [number]


def test_without_a_table_nothing_is_found(session: Session, people: People) -> None:
    assert find(session.connection(), "lamp") == []
    assert find(session.connection(), "") == []
