"""Who is at a ticket now; and tickets that were deleted and brought back."""

from datetime import datetime, timedelta

import pytest

from supportbox.errors import Conflict, Forbidden
from supportbox.inbox.merge import merge
from supportbox.inbox.presence import OVER, Present, leave, mark, present
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.trash import delete, restore
from tests.mailroom import Mailroom, letter


@pytest.fixture
def ticket(mailroom: Mailroom, now: datetime) -> Ticket:
    receipt = mailroom.take(letter("cleo@example.org", "Bowl", Message_ID="<1@example.org>"), now)
    return mailroom.session.get_one(Ticket, receipt.ticket_id)


def test_who_replies_is_told_before_who_looks_and_both_are_over_after_half_a_minute(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, people, version = mailroom.session, mailroom.people, ticket.version
    mark(session, ticket.id, people.ada.id, "viewing", now=now)
    mark(session, ticket.id, people.ben.id, "replying", now=now + timedelta(seconds=9))
    there = (Present(people.ben.id, "Ben", "replying"), Present(people.ada.id, "Ada", "viewing"))
    connection = session.connection()
    assert present(connection, [ticket.id, 4], now + timedelta(seconds=10)) == {ticket.id: there}
    assert present(connection, [ticket.id], now + OVER) == {ticket.id: there[:1]}
    leave(session, ticket.id, people.ben.id)
    assert present(connection, [ticket.id], now + OVER) == {}
    assert ticket.version == version


def test_a_page_that_was_shut_without_a_word_leaves_no_row_for_ever(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    other = mailroom.take(letter("cleo@example.org", "Plate"), now).ticket_id
    assert other
    mark(session, ticket.id, ada.id, "viewing", now=now)
    mark(session, other, ada.id, "nonsense", now=now + OVER)
    assert present(session.connection(), [ticket.id, other], now) == {other: (Present(ada.id, "Ada", "viewing"),)}


def test_a_deleted_ticket_takes_no_letter_and_comes_back_as_it_was(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    session, ada, version = mailroom.session, mailroom.people.ada, ticket.version
    delete(session, ticket, by=ada, at=now)
    assert ticket.deleted_at == now and ticket.version > version
    answer = letter("cleo@example.org", "Re: Bowl", In_Reply_To="<1@example.org>")
    assert mailroom.take(answer, now).is_new_ticket
    restore(session, ticket, by=ada, at=now)
    assert ticket.status == "open"
    assert mailroom.take(answer, now).ticket_id == ticket.id


def test_light_agents_and_merged_tickets_are_refused(mailroom: Mailroom, ticket: Ticket, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    other = session.get_one(Ticket, mailroom.take(letter("cleo@example.org", "Plate"), now).ticket_id)
    merge(session, ticket, other, by=people.ada, at=now)
    with pytest.raises(Conflict):
        delete(session, ticket, by=people.ada, at=now)
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        delete(session, other, by=people.ben, at=now)
    with pytest.raises(Forbidden):
        restore(session, other, by=people.ben, at=now)
