"""Two tickets that become one: what was said, who waits, who reads it, and all of it taken back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.follow import Follower, follow
from supportbox.inbox.merge import merge, unmerge
from supportbox.inbox.message import Message
from supportbox.inbox.participants import accept
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Participant, Ticket, TicketTag
from supportbox.mail import tokens
from supportbox.web.customer.rows import find_request, messages_of
from tests.mailroom import KEY, Mailroom, letter

CLEO, DOT = "Cleo <cleo@example.org>", "Dot <dot@example.net>"
HOUR = timedelta(hours=1)


def opened(mailroom: Mailroom, sender: str, subject: str, at: datetime) -> Ticket:
    """A ticket that came in and was answered once."""
    number = mailroom.take(letter(sender, subject, Message_ID=f"<{subject}@example.org>"), at).ticket_id
    assert number
    mailroom.answer(number, f"About {subject}", at)
    mailroom.send_due(at)
    return mailroom.session.get_one(Ticket, number)


@pytest.fixture
def bowl(mailroom: Mailroom, now: datetime) -> Ticket:
    return opened(mailroom, CLEO, "Bowl", now)


@pytest.fixture
def plate(mailroom: Mailroom, now: datetime) -> Ticket:
    return opened(mailroom, CLEO, "Plate", now + HOUR)


def said(mailroom: Mailroom, ticket: Ticket) -> list[str]:
    query = select(Message.text).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(mailroom.session.scalars(query))


def whole(mailroom: Mailroom, *tickets: Ticket) -> list[object]:
    """All that a merge may touch, without what only ever grows."""
    session = mailroom.session
    rows: list[object] = []
    session.flush()
    session.expire_all()
    for ticket in tickets:
        columns = [column for column in Ticket.__table__.c if column.name not in ("version", "updated_at")]
        rows.append(tuple(session.execute(select(*columns).where(Ticket.id == ticket.id)).one()))
        for model in (Message, Delivery, Participant, TicketTag, Follower):
            table = model.__table__
            rows.append(session.execute(select(table).where(table.c.ticket_id == ticket.id).order_by(*table.c)).all())
    return rows


def test_everything_said_moves_and_later_answers_to_either_land_in_the_one_that_stays(
    mailroom: Mailroom, bowl: Ticket, plate: Ticket, now: datetime
) -> None:
    session = mailroom.session
    merge(session, plate, bowl, by=mailroom.people.ada, at=now + 2 * HOUR)
    assert said(mailroom, plate) == []
    assert said(mailroom, bowl) == ["Hello", "About Bowl", "Hello", "About Plate"]
    assert (plate.merged_into_id, bowl.message_count) == (bowl.id, 4)
    answers = (
        {"In_Reply_To": "<Plate@example.org>"},
        {"References": session.scalars(select(Message.external_id).where(Message.text == "About Plate")).one() or ""},
        {"to": tokens.plus_address(KEY, "support@shop.example", plate.id)},
    )
    for head in answers:
        receipt = mailroom.take(letter(CLEO, "Re: Plate", **head), now + 3 * HOUR)
        assert receipt.ticket_id == bowl.id, (head, receipt.reason)
    assert bowl.status == "open"


def test_what_is_undone_is_as_it_was(mailroom: Mailroom, bowl: Ticket, plate: Ticket, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    tag(session, plate, "glass", by=people.ada, at=now)
    follow(session, plate, people.ben, at=now)
    mailroom.take(letter(CLEO, "Re: Plate", In_Reply_To="<Plate@example.org>"), now + HOUR)
    bowl.close(by=people.ada, at=now + HOUR)
    before = whole(mailroom, bowl, plate)
    merge(session, plate, bowl, by=people.ada, at=now + 2 * HOUR)
    assert (bowl.status, bowl.waiting_since) == ("open", now + HOUR)
    assert whole(mailroom, bowl, plate) != before
    unmerge(session, plate, by=people.ada, at=now + 3 * HOUR)
    assert whole(mailroom, bowl, plate) == before
    kinds = session.scalars(select(Event.kind).where(Event.kind.like("%merged%")).order_by(Event.id)).all()
    assert kinds == ["merged", "merged_in", "unmerged", "merged_out"]


def test_what_changed_since_the_merge_stays_when_it_is_undone(
    mailroom: Mailroom, bowl: Ticket, plate: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    merge(session, plate, bowl, by=ada, at=now)
    mailroom.take(letter(CLEO, "Re: Bowl", "Anything new?", In_Reply_To="<Plate@example.org>"), now)
    unmerge(session, plate, by=ada, at=now)
    assert said(mailroom, bowl) == ["Hello", "About Bowl", "Anything new?"]
    assert (bowl.status, bowl.message_count) == ("open", 3)


def test_a_merge_below_another_one_can_be_undone_first(
    mailroom: Mailroom, bowl: Ticket, plate: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    cup = opened(mailroom, CLEO, "Cup", now)
    before = whole(mailroom, bowl, plate, cup)
    merge(session, plate, bowl, by=ada, at=now)
    merge(session, bowl, cup, by=ada, at=now)
    assert len(said(mailroom, cup)) == 6
    unmerge(session, plate, by=ada, at=now)
    assert said(mailroom, plate) == ["Hello", "About Plate"]
    unmerge(session, bowl, by=ada, at=now)
    assert whole(mailroom, bowl, plate, cup) == before


def test_of_two_customers_neither_learns_anything_of_the_other(mailroom: Mailroom, bowl: Ticket, now: datetime) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    vase = opened(mailroom, DOT, "Vase", now)
    waiting = mailroom.answer(vase.id, "Still on its way to Dot", now)
    merge(session, vase, bowl, by=ada, at=now)
    # Dot takes part, but is not written to; Cleo's page has nothing of Dot's, and Dot's link leads nowhere.
    assert session.scalars(select(Participant.is_accepted).where(Participant.ticket_id == bowl.id)).all() == [False]
    connection = session.connection()
    page = find_request(connection, bowl.id)
    assert page
    assert [row.text for row in messages_of(connection, page, now=now)] == ["Hello", "About Bowl"]
    assert find_request(connection, vase.id) is None
    # The answer that had not left is still the one about the vase; the next to Cleo names none of Dot's letters.
    assert b"SB-%d" % bowl.id not in mailroom.send(waiting, now)
    to_cleo = mailroom.send(mailroom.answer(bowl.id, "To Cleo", now), now)
    assert b"Vase" not in to_cleo and b"<Bowl@example.org>" in to_cleo
    receipt = mailroom.take(letter(DOT, "Re: Vase", In_Reply_To="<Vase@example.org>"), now)
    assert receipt.is_new_ticket
    unmerge(session, vase, by=ada, at=now)
    assert said(mailroom, vase) == ["Hello", "About Vase", "Still on its way to Dot"]
    assert session.scalars(select(Message.id).where(Message.is_foreign)).all() == []


def test_whom_an_agent_let_take_part_stays_when_the_merge_is_undone(
    mailroom: Mailroom, bowl: Ticket, now: datetime
) -> None:
    session, ada = mailroom.session, mailroom.people.ada
    vase = opened(mailroom, DOT, "Vase", now)
    merge(session, vase, bowl, by=ada, at=now)
    dot = session.scalars(select(Participant.contact_id).where(Participant.ticket_id == bowl.id)).one()
    accept(session, bowl, dot, by=ada, at=now)
    unmerge(session, vase, by=ada, at=now)
    assert session.get(Participant, (bowl.id, dot)) is not None


def test_what_cannot_be_merged_says_why(mailroom: Mailroom, bowl: Ticket, plate: Ticket, now: datetime) -> None:
    session, people = mailroom.session, mailroom.people
    with pytest.raises(Refused, match="itself"):
        merge(session, bowl, bowl, by=people.ada, at=now)
    with pytest.raises(Conflict, match="not merged"):
        unmerge(session, bowl, by=people.ada, at=now)
    people.ben.role = "light"
    with pytest.raises(Forbidden):
        merge(session, plate, bowl, by=people.ben, at=now)
    merge(session, plate, bowl, by=people.ada, at=now)
    with pytest.raises(Conflict, match="already"):
        merge(session, plate, bowl, by=people.ada, at=now)
    with pytest.raises(Conflict, match="already"):
        merge(session, bowl, plate, by=people.ada, at=now)
