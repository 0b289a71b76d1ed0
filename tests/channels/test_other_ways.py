"""The contract's questions to the ways in that are no hooks, and the proof that no kind is left out of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from supportbox import clock, migrations, store
from supportbox.app import create_app
from supportbox.channels.kinds import KINDS
from supportbox.config import load, make_secret
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.channels.other_ways import WAYS, Way
from tests.channels.test_contract import EVERYBODY


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox) -> Iterator[Way]:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    make_secret(folder)
    app = create_app(load({"SUPPORTBOX_UNDO_SECONDS": "0"}, instance=folder))
    with app.app_context():
        migrations.upgrade(store.db.engine)
        with transaction() as session:
            session.add(Agent(email="ada@demo.example", name="Ada", role="owner", created_at=clock.now()))
        one = WAYS[request.param](app, sandbox)
        one.connect()
        yield one
        store.let_go()


def test_no_kind_is_left_out() -> None:
    asked = {case.KIND for case in EVERYBODY if case.KIND != "toy"}
    assert asked.isdisjoint(WAYS)
    assert asked | set(WAYS) == set(KINDS)


def test_words_become_a_ticket_and_the_next_ones_go_on(way: Way) -> None:
    way.say("The lid is broken.")
    way.work()
    way.say("And the cup too.", number=2)
    way.work()
    (ticket,) = way.all(Ticket)
    assert (ticket.subject, ticket.message_count) == ("The lid is broken.", 2)
    assert [message.text.strip() for message in way.all(Message)] == ["The lid is broken.", "And the cup too."]
    assert {message.channel for message in way.all(Message)} == {way.KIND}


def test_a_stranger_has_a_ticket_of_her_own(way: Way) -> None:
    way.say("The lid is broken.")
    way.say("What did she say?", number=2, is_dot=True)
    way.work()
    assert len({ticket.customer_id for ticket in way.all(Ticket)}) == 2


def test_the_same_sent_again_is_one_message(way: Way) -> None:
    for _ in range(3):
        way.say("The lid is broken.")
    way.work()
    way.say("The lid is broken.")
    way.work()
    assert len(way.all(Message)) == len(way.all(Ticket)) == 1


def test_an_answer_arrives_once_and_counts_as_sent(way: Way) -> None:
    way.say("The lid is broken.")
    way.work()
    way.answer()
    for _ in range(3):
        way.work()
    assert [text.count("A new one is on its way.") for text in way.arrived()] == [1]
    way.later = timedelta(days=1)
    way.work()
    assert len(way.arrived()) == 1
    (delivery,) = way.all(Delivery)
    assert (delivery.state, delivery.channel) == ("sent", way.KIND)


def test_what_may_have_arrived_is_never_sent_again_by_itself(way: Way) -> None:
    way.say("The lid is broken.")
    way.work()
    way.answer()
    with way.silence():
        way.work()
    for days in range(3):
        way.later = timedelta(days=days)
        way.work()
        (delivery,) = way.all(Delivery)
        assert delivery.state == way.AFTER_SILENCE
        assert not delivery.sent_at
    assert len(way.arrived()) == 1


def test_each_step_is_tried_and_closing_twice_does_no_harm(way: Way) -> None:
    channel = way.channel()
    stages = list(channel.check())
    assert stages and all(stage.is_good and stage.sentence.endswith(".") for stage in stages)
    channel.close()
    channel.close()


def test_a_delivery_bears_one_id_for_ever_and_no_other_has_it(way: Way) -> None:
    ids = [channel.name_message(1001, number) for channel in (way.channel(), way.channel()) for number in (1, 2)]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2
