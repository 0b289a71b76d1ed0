"""C16: letters are in the order in which they came, whatever their dates say, and a clock that jumps loses nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from supportbox import clock
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.people.request_link import make_request_token, read_request_token
from tests.work.conftest import CLEO, SUPPORT, Desk, letter

DATES = [
    "Fri, 01 Jan 2100 00:00:00 +0000",
    "Thu, 01 Jan 1970 00:00:00 +0000",
    "Tue, 19 Jan 2038 03:14:08 +0000",
    "Sun, 29 Mar 2026 02:30:00 +0100",
    "Sat, 31 Dec 9999 23:59:59 -1200",
    "Mon, 32 Foo 2026 25:61:61 +9999",
    "yesterday",
    "",
]


def dated(number: int, date: str) -> bytes:
    head = f"From: {CLEO}\r\nSubject: Matter {number}\r\nMessage-ID: <{number}@demo.example>\r\n"
    return f"{head}{f'Date: {date}' if date else 'X-None: 1'}\r\n\r\nThis is number {number}.\r\n".encode()


def test_letters_keep_the_order_in_which_they_came(desk: Desk, sandbox: Sandbox) -> None:
    came = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for number, date in enumerate(DATES):
        sandbox.append(SUPPORT, dated(number, date), at=came + timedelta(minutes=number))
    assert desk.once().faults == {}
    found = sorted(desk.all(Message), key=lambda one: one.at)
    assert [one.external_id for one in found] == [f"<{number}@demo.example>" for number in range(len(DATES))]
    assert [one.at for one in found] == [came + timedelta(minutes=number) for number in range(len(DATES))]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=3650), timedelta(days=365 * 13)])
def test_clock_that_jumps_loses_and_doubles_nothing(desk: Desk, sandbox: Sandbox, jump: timedelta) -> None:
    desk.change_mailbox(has_acknowledgement=False)
    sandbox.append(SUPPORT, letter("Before", number=1))
    desk.once()
    desk.answer("Before the jump.")
    jumped = clock.now() + jump
    sandbox.append(SUPPORT, letter("Jumped", number=2))
    assert desk.once(now=at(jumped)).faults == {}
    # The clock is put right again.
    sandbox.append(SUPPORT, letter("After", number=3))
    for _ in range(2):
        assert desk.once().faults == {}
    assert len([one for one in desk.all(Message) if one.kind == "customer"]) == 3
    assert {one.state for one in desk.all(Intake)} == {"done"}
    assert [one.state for one in desk.all(Delivery)] == ["sent"] and len(sandbox.inbox(CLEO)) == 1


def test_links_of_a_clock_that_was_ahead_end_all_the_same(now: datetime) -> None:
    key = b"k" * 32
    token = make_request_token(key, 1001, now=now)
    assert read_request_token(key, token, now=now) == 1001
    assert read_request_token(key, token, now=now + timedelta(days=3650)) is None
