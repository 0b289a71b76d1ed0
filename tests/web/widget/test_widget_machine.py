"""The machine in the chat: only what articles say, never in disguise, and silent as soon as a person is wanted."""

import pytest
from flask import Flask

from supportbox.inbox.event import Event, record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.writing import Writer
from supportbox.store import db, transaction
from supportbox.work.index import index_articles
from tests.conftest import NOW
from tests.web.widget.conftest import Guest, rows
from tests.web.widget.test_widget_talk import answer


@pytest.fixture
def machine(chat: Flask) -> Flask:
    """It may speak, and the help centre has one article."""
    with chat.app_context():
        with transaction() as session:
            box = session.query(Mailbox).filter_by(channel="chat").one()
            box.options = {**box.options, "nearness": 60}
            with Writer(session, record, NOW) as writer:
                writer.save(
                    Manuscript(
                        slug="return", lang="en", title="Return an item", body="Put the parcel into the post.",
                        status="public",
                    )
                )  # fmt: skip
        index_articles(db.session())
    return chat


def said(app: Flask) -> list[Message]:
    return [message for message in rows(app, Message) if message.facts.get("bot")]


def test_it_offers_what_is_near_enough_and_says_what_it_is(machine: Flask, cleo: Guest) -> None:
    cleo.say("How do I return an item?")
    (offer,) = said(machine)
    assert "I am a machine" in offer.text
    assert "/help/en/a/return" in offer.text
    assert offer.sender_name.endswith("a machine")
    assert offer.agent_id is None
    (ticket,) = rows(machine, Ticket)
    assert (ticket.status, ticket.waiting_since is not None) == ("open", True)
    assert [event.kind for event in rows(machine, Event)].count("machine_answered") == 1
    assert cleo.news()["messages"][-1]["machine"] is True


def test_two_misses_or_a_wish_hand_over(machine: Flask, cleo: Guest, dot: Guest) -> None:
    for question in ("My kettle explodes loudly", "The kettle burns badly", "How do I return an item?"):
        cleo.say(question)
    assert [("A person will answer" in one.text) for one in said(machine)] == [False, True]
    dot.say("My kettle explodes loudly")
    dot.post("person")
    dot.say("How do I return an item?")
    assert len(said(machine)) == 3
    assert [event.kind for event in rows(machine, Event)].count("person_asked") == 1


def test_it_is_silent_when_greeted_and_once_a_person_has_answered(machine: Flask, cleo: Guest) -> None:
    cleo.say("Hello")
    answer(machine, "Good morning!")
    cleo.say("How do I return an item?")
    assert said(machine) == []
