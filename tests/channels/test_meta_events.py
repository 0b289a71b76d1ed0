"""What Messenger and Instagram tell beside messages: links of ours, read marks, changes of what was said."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from supportbox import store
from supportbox.inbox.continuation import invite
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.channels.conftest import Desk, cases
from tests.channels.messenger.case import PAGE

CONTINUING = sorted((Path(__file__).parent / "messenger" / "continuing").glob("*.json"))
METAS = [case for case in cases() if case.KIND in ("messenger", "instagram")]
metas = pytest.mark.parametrize("desk", METAS, indirect=True, ids=lambda case: case.KIND)


def test_a_link_may_come_in_three_places() -> None:
    assert [path.stem for path in CONTINUING] == ["in_message", "in_postback", "own_event"]


@metas
@pytest.mark.parametrize("path", CONTINUING, ids=lambda path: path.stem)
def test_a_link_goes_on_with_its_ticket_for_whoever_brings_it_first_alone(desk: Desk, path: Path) -> None:
    desk.say("The lid is broken.", sender="5550001")
    desk.work()
    token = _invite(desk)
    example = json.loads(path.read_text("utf-8").replace("TOKEN", token))
    _call(desk, example["said"])
    assert [ticket.id for ticket in desk.all(Ticket)] == [1001]
    assert desk.all(Message)[-1].text == example["means"]["text"]
    assert desk.all(Message)[-1].sender_value == f"{PAGE}:{desk.case.CLEO}"
    # Dot has copied the link: it is a matter of her own.
    copied = json.loads(json.dumps(example["said"]).replace(desk.case.CLEO, desk.case.DOT).replace("m_Rf", "m_Dot"))
    _call(desk, copied)
    mine, hers = desk.all(Ticket)
    assert mine.customer_id != hers.customer_id
    # And Cleo's next words need no link.
    desk.say("It has come.", sender=desk.case.CLEO, outside_id="m9")
    desk.work()
    assert desk.all(Message)[-1].ticket_id == mine.id
    assert len(desk.all(Ticket)) == 2


@metas
def test_a_read_mark_is_about_all_that_left_before_it(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.work()
    for words in ("One.", "Two."):
        desk.answer(words)
        desk.work()
        desk.now += timedelta(minutes=2)
    first, second = desk.all(Delivery)
    assert (first.state, second.state) == ("sent", "sent")
    assert first.claimed_at
    mark = int((first.claimed_at + timedelta(seconds=1)).timestamp() * 1000)
    _event(desk, {"read": {"watermark": mark}})
    first, second = desk.all(Delivery)
    assert first.read_at
    assert first.delivered_at
    assert (second.read_at, second.delivered_at) == (None, None)
    _event(desk, {"delivery": {"watermark": mark + 130_000}})
    first, second = desk.all(Delivery)
    assert second.delivered_at
    assert second.read_at is None
    _event(desk, {"read": {"mid": second.outside_id}})
    assert desk.all(Delivery)[1].read_at


@metas
def test_a_read_mark_of_somebody_else_says_nothing_of_ours(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.work()
    desk.answer()
    desk.work()
    _event(desk, {"sender": {"id": desk.case.DOT}, "read": {"watermark": int(desk.now.timestamp() * 1000) + 9_000_000}})
    assert [delivery.read_at for delivery in desk.all(Delivery)] == [None]


@metas
def test_changed_and_deleted_words_come_after_the_old_ones_once_each(desk: Desk) -> None:
    _event(desk, {"message": {"mid": "m_1", "text": "The blue one."}})
    for number in (1, 2, 2):
        _event(desk, {"message_edit": {"mid": "m_1", "text": f"The green one {number}.", "num_edit": number}})
    for _ in range(2):
        _event(desk, {"message": {"mid": "m_1", "is_deleted": True}})
    assert [message.text for message in desk.all(Message)] == [
        "The blue one.",
        "[Changed a message:] The green one 1.",
        "[Changed a message:] The green one 2.",
        "[Deleted one of the messages above.]",
    ]


@pytest.mark.parametrize("desk", [case for case in METAS if case.KIND == "instagram"], indirect=True, ids=["instagram"])
def test_instagram_counts_bytes(desk: Desk) -> None:
    desk.say("The lid is broken.")
    desk.work()
    desk.answer("é" * 501)
    desk.answer("é" * 500)
    desk.work()
    assert [delivery.state for delivery in desk.all(Delivery)] == ["failed", "sent"]
    assert "has 1002 characters and Instagram takes 1000" in desk.all(Delivery)[0].last_error
    assert [text for _, text in desk.stand_in.sent] == ["é" * 500]


def _invite(desk: Desk) -> str:
    store.db.session.remove()
    with transaction() as session:
        ada = session.scalars(select(Agent).order_by(Agent.id)).first()
        return invite(session, session.get_one(Ticket, 1001), desk.case.KIND, contact_id=None, by=ada, now=desk.now)


def _event(desk: Desk, said: dict[str, Any]) -> None:
    about = {"sender": {"id": desk.case.CLEO}, "recipient": {"id": PAGE}, "timestamp": int(desk.now.timestamp() * 1000)}
    _call(desk, {"object": "page", "entry": [{"id": PAGE, "time": 0, "messaging": [{**about, **said}]}]})


def _call(desk: Desk, said: Any) -> None:
    call = desk.case.signed(desk.hook_url, said, at=desk.now)
    assert call
    assert desk.call(call).status_code == 200
    desk.work()
