"""A mail server that takes only so much is given only so much, people's answers first, and nothing is dropped."""

import time
from collections import deque
from datetime import timedelta

from sqlalchemy import update

from supportbox import clock
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.store import transaction
from supportbox.work import Pace, Worker
from supportbox.work.pacing import Pacing
from tests.conftest import NOW
from tests.work.conftest import CLEO, SUPPORT, Desk, letter

SERVER = "mail.example:587"


def test_patience_doubles_and_speed_comes_back() -> None:
    pacing = Pacing(timedelta(seconds=15))
    assert not pacing.rest(SERVER, NOW)
    rests = []
    for _ in range(7):
        pacing.slow_down(SERVER, NOW)
        rests.append(pacing.rest(SERVER, NOW).total_seconds())
    assert rests == [15, 30, 60, 120, 240, 300, 300]
    assert pacing.is_slow(SERVER) and not pacing.is_slow("other.example:25")
    sent = 0
    while pacing.is_slow(SERVER):
        pacing.note_sent(SERVER, NOW)
        sent += 1
        assert pacing.rest(SERVER, NOW) <= timedelta(seconds=30)
    assert sent < 60 and not pacing.rest(SERVER, NOW)


class Sink:
    """Takes so many letters in a second; for each one too many it says 421 or 452, in turn."""

    def __init__(self, most: int) -> None:
        self.most, self.refused = most, 0
        self._taken: deque[float] = deque()

    def __call__(self, *asked: object) -> str | None:
        now = time.monotonic()
        while self._taken and now - self._taken[0] > 1:
            self._taken.popleft()
        if len(self._taken) < self.most:
            self._taken.append(now)
            return None
        self.refused += 1
        return "421 4.7.0 Too many letters" if self.refused % 2 else "452 4.3.1 Slow down"


def _queue(desk: Desk, sandbox: Sandbox, answers: int, notices: int) -> None:
    desk.change_mailbox(has_acknowledgement=False)
    sandbox.append(SUPPORT, letter())
    desk.once()
    for number in range(answers + notices):
        desk.answer(f"Number {number}")
    with transaction() as session:
        # The first ones are what machines say: they have waited longer, and are still the last to leave.
        session.execute(update(Delivery).where(Delivery.id <= notices).values(kind="notice"))


def test_server_that_takes_little_gets_people_first(desk: Desk, sandbox: Sandbox) -> None:
    _queue(desk, sandbox, answers=12, notices=18)
    sandbox.on_rcpt = sink = Sink(most=10)
    worker = Worker(desk.app, pace=Pace(tick=0.02, rest=0.2))
    worker.start()
    try:
        deadline = time.monotonic() + 40
        while any(one.state != "sent" for one in desk.all(Delivery)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.stop()
    said = [raw.decode().partition("Number ")[2].split()[0] for raw in sandbox.inbox(CLEO)]
    assert [int(one) for one in said] == [*range(18, 30), *range(18)]
    assert 1 <= sink.refused <= 12


def test_one_full_mailbox_slows_nobody_down(desk: Desk, sandbox: Sandbox) -> None:
    _queue(desk, sandbox, answers=2, notices=0)
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == 1).values(receiver="dot@demo.example"))
    sandbox.on_rcpt = lambda receiver: "452 4.2.2 Mailbox full" if "dot@" in receiver else None
    desk.once()
    assert [one.state for one in desk.all(Delivery)] == ["queued", "sent"]


def test_letter_that_is_always_too_much_lets_the_others_pass(desk: Desk, sandbox: Sandbox) -> None:
    _queue(desk, sandbox, answers=2, notices=0)
    sandbox.on_data = lambda sender, receivers, raw: "452 Too much" if b"Number 0" in raw else None
    for minutes in range(4):
        desk.once(now=lambda ahead=timedelta(minutes=minutes): clock.now() + ahead)  # type: ignore[misc]
        assert desk.all(Delivery)[0].attempts == minutes + 1
    desk.once(now=lambda: clock.now() + timedelta(minutes=5))
    assert [one.state for one in desk.all(Delivery)] == ["queued", "sent"]
    assert len(desk.all(Message)) == 3


def test_closed_door_counts_as_no_try(desk: Desk, sandbox: Sandbox) -> None:
    from tests.work.test_mailbox_faults import talker

    _queue(desk, sandbox, answers=3, notices=0)
    with talker(b"421 4.3.2 Too many connections\r\n") as port:
        desk.change_mailbox(smtp_url=f"smtp://127.0.0.1:{port}")
        desk.once()
    for delivery in desk.all(Delivery):
        assert (delivery.state, delivery.attempts) == ("queued", 0)
        assert "Too many connections" in delivery.last_error
    desk.change_mailbox(smtp_url=f"smtp://127.0.0.1:{sandbox.smtp_port}")
    desk.once()
    assert [one.state for one in desk.all(Delivery)] == ["sent"] * 3
