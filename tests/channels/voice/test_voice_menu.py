"""The voice menu: what a caller hears, presses and says, and that a number on a display opens nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from supportbox import store
from supportbox.errors import Refused
from supportbox.inbox import receive
from supportbox.inbox.callback import Callback
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.store import transaction
from tests.channels.conftest import Desk, cases
from tests.channels.voice.case import SOUND, VoiceCase

pytestmark = pytest.mark.parametrize("desk", [one for one in cases() if one.KIND == "voice"], indirect=True)


def _step(desk: Desk, step: str, *, sender: str = "", call: str = "CA1", **form: str) -> str:
    assert isinstance(desk.case, VoiceCase)
    answer = desk.call(desk.case.step(desk.hook_url, sender or desk.case.CLEO, step, call, **form))
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    return answer.text


def _written(desk: Desk, *, kind: str = "sms", verified: bool = False) -> int:
    """Cleo has written by another channel before; her number is known from there."""
    with transaction() as session:
        if kind == "email":
            session.add(Contact(
                customer_id=session.scalars(select(Customer.id).where(Customer.name == "Cleo")).one(), kind="phone",
                value=desk.case.CLEO, created_at=desk.now, verified_at=desk.now if verified else None,
            ))  # fmt: skip
        sender = Sender(kind, "cleo@example.org" if kind == "email" else desk.case.CLEO)
        goes_on = Clues(goes_on=kind != "email")
        incoming = Incoming(kind, sender, "The lid", "It broke.", desk.now, mailbox_id=1, clues=goes_on)
        number = receive(session, incoming, now=desk.now).ticket_id
    assert number
    return number


def test_a_caller_hears_the_hours_and_two_offers(desk: Desk) -> None:
    heard = _step(desk, "")
    assert "We answer from nine to five." in heard
    assert "press 1" in heard and "press 2" in heard
    assert "step=chosen" in heard
    assert "press 1" not in _step(desk, "", sender="+266696687")
    assert "Goodbye." in _step(desk, "chosen", Digits="7")
    assert "Goodbye." in _step(desk, "chosen", sender="+266696687", Digits="1")
    desk.work()
    assert not desk.all(Ticket)


def test_pressing_one_asks_for_a_call_once(desk: Desk) -> None:
    for _ in range(3):
        assert "call you back" in _step(desk, "chosen", Digits="1")
    desk.work()
    (callback,) = desk.all(Callback)
    assert (callback.phone, callback.asked_how, callback.done_at) == (desk.case.CLEO, "voice", None)
    (ticket,) = desk.all(Ticket)
    assert (ticket.id, ticket.status) == (callback.ticket_id, "open")


def test_pressing_two_leaves_a_message_with_its_sound(desk: Desk) -> None:
    assert "<Record" in _step(desk, "chosen", Digits="2")
    url = f"{desk.stand_in.url}/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Recordings/RE1"
    for _ in range(2):
        _step(desk, "recorded", RecordingSid="RE1", RecordingUrl=url, RecordingDuration="12")
    desk.work()
    (message,), (file,) = desk.all(Message), desk.all(Attachment)
    assert "12 seconds" in message.text
    assert (file.content_type, file.size) == ("audio/mpeg", len(SOUND))


def test_a_recording_that_lies_elsewhere_is_not_fetched(desk: Desk) -> None:
    _step(desk, "recorded", RecordingSid="RE1", RecordingUrl="http://127.0.0.1:1/RE1", RecordingDuration="12")
    desk.work()
    (message,) = desk.all(Message)
    assert "does not lie with Twilio" in message.facts["defects"][0]
    assert not desk.all(Attachment)


@pytest.mark.parametrize(
    ("written", "is_joined"),
    [
        (lambda desk: _written(desk, kind="sms"), True),
        (lambda desk: _written(desk, kind="email", verified=True), True),
        (lambda desk: _written(desk, kind="email", verified=False), False),
    ],
    ids=["wrote from there", "proven", "only claimed"],
)
def test_a_call_joins_where_the_number_is_proven_or_talked_last(
    desk: Desk, written: Callable[[Desk], int], is_joined: bool
) -> None:
    number = written(desk)
    _step(desk, "chosen", Digits="1")
    desk.work()
    (callback,) = desk.all(Callback)
    assert (callback.ticket_id == number) is is_joined
    last = desk.all(Ticket)[-1]
    assert last.may_belong_to_id == (None if is_joined else number)


def test_a_number_after_half_a_year_may_be_somebody_elses(desk: Desk) -> None:
    number = _written(desk, kind="sms")
    desk.now += timedelta(days=200)
    _step(desk, "chosen", Digits="1")
    desk.work()
    (callback,) = desk.all(Callback)
    assert callback.ticket_id != number


def test_an_answer_in_writing_is_refused_with_a_sentence(desk: Desk) -> None:
    _step(desk, "chosen", Digits="1")
    desk.work()
    with pytest.raises(Refused):
        desk.answer(ticket=desk.all(Ticket)[0].id)
    store.db.session.remove()
