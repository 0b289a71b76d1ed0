"""Mentions: a note calls colleagues by what they are called; two of one first name by the whole."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox import receive, reply
from supportbox.inbox.event import Event
from supportbox.inbox.follow import Follower
from supportbox.inbox.mention import Mentionable, list_mentionable, mentioned
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from tests.conftest import NOW, People

TEAM = [Mentionable(1, "Ada King", "Ada"), Mentionable(2, "Chloé Roy", "Chloé"), Mentionable(3, "Ben", "Ben")]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@ben, please", [3]),
        ("@Ada.King and @chloe and @ada", [1, 2]),
        ("write to ada@shop.example", []),
        ("@bennett", []),
        ("(@Ben).", [3]),
    ],
)
def test_who_is_called(text: str, ids: list[int]) -> None:
    assert mentioned(text, TEAM) == ids


def test_a_first_name_that_two_have_calls_neither(session: Session, people: People) -> None:
    second = Agent(email="ben.two@shop.example", name="Ben Two", created_at=NOW)
    people.ben.name = "Ben One"
    session.add(second)
    session.flush()
    team = list_mentionable(session.connection())
    assert mentioned("@ben, look", team) == []
    assert mentioned("@Ben.Two and @ben.one", team) == [second.id, people.ben.id]


def test_whoever_is_called_in_a_note_hears_of_it_and_follows(session: Session, people: People, now: datetime) -> None:
    incoming = Incoming("email", Sender("email", "cleo@example.org", "Cleo"), "Bowl", "Broken.", now,
                        mailbox_id=people.support.id, may_acknowledge=False)  # fmt: skip
    ticket = session.get_one(Ticket, receive(session, incoming, now=now).ticket_id)
    reply(session, ticket, people.ada, "@Ben knows the carrier.", now=now, is_note=True)
    event = session.scalars(select(Event).where(Event.kind == "mentioned")).one()
    assert event.data["agents"] == [people.ben.id]
    assert session.get(Follower, (ticket.id, people.ben.id)) is not None


def test_a_reply_calls_nobody(session: Session, people: People, now: datetime) -> None:
    incoming = Incoming("email", Sender("email", "cleo@example.org", "Cleo"), "Bowl", "Broken.", now,
                        mailbox_id=people.support.id, may_acknowledge=False)  # fmt: skip
    ticket = session.get_one(Ticket, receive(session, incoming, now=now).ticket_id)
    reply(session, ticket, people.ada, "Follow us @Ben", now=now)
    assert session.scalars(select(Event).where(Event.kind == "mentioned")).all() == []
