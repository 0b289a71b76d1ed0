"""Answers leave once: what the server says decides between sent, later, never and nobody knows."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from supportbox import clock
from supportbox.demo.postman import Drop
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.people.business import change_business
from supportbox.store import transaction
from tests.work.conftest import CLEO, SUPPORT, Desk, kill, letter


@pytest.fixture
def asked(desk: Desk, sandbox: Sandbox) -> Desk:
    """A desk with one ticket, without acknowledgements, so that every delivery is an answer."""
    desk.change_mailbox(has_acknowledgement=False)
    sandbox.append(SUPPORT, letter())
    desk.once()
    return desk


def later(minutes: float) -> Callable[[], datetime]:
    return lambda: clock.now() + timedelta(minutes=minutes)


def kinds(desk: Desk) -> list[str]:
    return [one.kind for one in desk.all(Event) if one.kind.startswith("deliver")]


@pytest.mark.parametrize("verb", ["rcpt", "data"])
def test_later_means_later(asked: Desk, sandbox: Sandbox, verb: str) -> None:
    _answer_with(sandbox, verb, "451 4.7.1 Try again later")
    asked.answer()
    asked.once()
    delivery = asked.one(Delivery)
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert "Try again later" in delivery.last_error
    assert timedelta(seconds=50) < delivery.due_at - clock.now() <= timedelta(minutes=1)
    first_id = delivery.external_id
    asked.once()
    assert asked.one(Delivery).attempts == 1
    asked.once(now=later(2))
    assert (asked.one(Delivery).attempts, asked.one(Delivery).state) == (2, "queued")
    sandbox.on_rcpt = sandbox.on_data = None
    asked.once(now=later(10))
    assert (asked.one(Delivery).state, asked.one(Delivery).external_id) == ("sent", first_id)
    (got,) = sandbox.inbox(CLEO)
    assert first_id is not None and first_id.encode() in got
    assert kinds(asked) == ["delivered"]


@pytest.mark.parametrize("verb", ["rcpt", "data"])
def test_never_means_never(asked: Desk, sandbox: Sandbox, verb: str) -> None:
    _answer_with(sandbox, verb, "550 5.1.1 No such user")
    asked.answer()
    asked.once()
    delivery = asked.one(Delivery)
    assert delivery.state == "failed" and "No such user" in delivery.last_error
    sandbox.on_rcpt = sandbox.on_data = None
    asked.once(now=later(600))
    assert asked.one(Delivery).state == "failed" and sandbox.inbox(CLEO) == []
    assert kinds(asked) == ["delivery_failed"]


def _answer_with(sandbox: Sandbox, verb: str, line: str) -> None:
    if verb == "rcpt":
        sandbox.on_rcpt = lambda recipient: line
    else:
        sandbox.on_data = lambda sender, recipients, raw: line


@pytest.mark.parametrize("drop", list(Drop))
def test_silence_after_the_letter_is_for_people_to_judge(asked: Desk, sandbox: Sandbox, drop: Drop) -> None:
    sandbox.on_data = lambda sender, recipients, raw: drop
    asked.answer()
    asked.once()
    delivery = asked.one(Delivery)
    assert delivery.state == "uncertain" and "may have arrived" in delivery.last_error
    sandbox.on_data = None
    asked.once(now=later(6000))
    assert asked.one(Delivery).state == "uncertain"
    assert len(sandbox.inbox(CLEO)) == (1 if drop is Drop.AFTER_STORING else 0)
    assert kinds(asked) == ["delivery_uncertain"]


def test_killed_after_data_is_uncertain_for_ever(asked: Desk, sandbox: Sandbox) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(sender: str, recipients: list[str], raw: bytes) -> None:
        reached.set()
        go_on.wait(20)

    sandbox.on_data = hold
    asked.answer()
    process = asked.command("work", "--once")
    assert reached.wait(20)
    assert (asked.one(Delivery).state, asked.one(Delivery).phase) == ("sending", "data")
    kill(process)
    go_on.set()
    sandbox.on_data = None
    asked.once()
    delivery = asked.one(Delivery)
    assert delivery.state == "uncertain" and "was stopped after it gave this letter" in delivery.last_error
    asked.once(now=later(6000))
    assert len(sandbox.inbox(CLEO)) <= 1


def test_killed_before_data_is_sent_once(asked: Desk, sandbox: Sandbox) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(recipient: str) -> None:
        reached.set()
        go_on.wait(20)

    sandbox.on_rcpt = hold
    asked.answer()
    process = asked.command("work", "--once")
    assert reached.wait(20)
    assert (asked.one(Delivery).state, asked.one(Delivery).phase) == ("sending", "before-data")
    kill(process)
    go_on.set()
    sandbox.on_rcpt = None
    asked.once()
    assert asked.one(Delivery).state == "sent" and len(sandbox.inbox(CLEO)) == 1


def test_server_away_puts_everything_off_with_one_try(asked: Desk, sandbox: Sandbox) -> None:
    for number in range(5):
        asked.answer(f"Answer {number}")
    sandbox.down()
    done = asked.once()
    assert list(done.faults) == [SUPPORT]
    for delivery in asked.all(Delivery):
        assert (delivery.state, delivery.attempts) == ("queued", 1)
        assert "Nobody listens" in delivery.last_error
    sandbox.up()
    asked.once(now=later(2))
    assert [one.state for one in asked.all(Delivery)] == ["sent"] * 5
    assert [f"Answer {n}".encode() in raw for n, raw in enumerate(sandbox.inbox(CLEO))] == [True] * 5


def test_told_after_four_hours_and_given_up_after_three_days(asked: Desk, sandbox: Sandbox) -> None:
    _answer_with(sandbox, "rcpt", "450 Busy")
    asked.answer()
    for hours in (0, 3, 5, 6, 73):
        asked.once(now=later(60 * hours))
    delivery = asked.one(Delivery)
    assert (delivery.state, delivery.attempts) == ("failed", 5)
    assert kinds(asked) == ["delivery_late", "delivery_failed"]


def test_nothing_leaves_while_sending_is_off(asked: Desk, sandbox: Sandbox) -> None:
    with transaction() as session:
        change_business(session, is_sending=False)
    asked.answer()
    asked.once()
    assert (asked.one(Delivery).state, asked.one(Delivery).attempts) == ("queued", 0)
    with transaction() as session:
        change_business(session, is_sending=True)
    asked.once()
    assert asked.one(Delivery).state == "sent"


def test_taken_back_before_it_left(asked: Desk, sandbox: Sandbox) -> None:
    asked.answer()
    with transaction() as session:
        delivery = session.get_one(Delivery, 1)
        delivery.state = "cancelled"
    asked.once()
    assert sandbox.inbox(CLEO) == []


def test_wrong_password_is_said(asked: Desk, sandbox: Sandbox) -> None:
    from supportbox.channels import vault

    url = f"smtp://support%40demo.example@127.0.0.1:{sandbox.smtp_port}"
    asked.change_mailbox(smtp_url=url, smtp_sealed=vault.seal(asked.settings, "wrong"))
    asked.answer()
    asked.once()
    assert "refuses the user name or the password" in asked.one(Delivery).last_error
    assert asked.one(Delivery).state == "queued"  # whoever mends the password need not send it again
    assert sandbox.inbox(CLEO) == []


def test_receiver_who_can_have_no_mail_fails_alone(asked: Desk, sandbox: Sandbox) -> None:
    asked.answer("One")
    with transaction() as session:
        session.get_one(Delivery, 1).receiver = "clé@demo.example"
    asked.answer("Two")
    asked.once()
    assert [one.state for one in asked.all(Delivery)] == ["failed", "sent"]
    assert len(sandbox.inbox(CLEO)) == 1


def test_worker_in_threads_answers_within_seconds(desk: Desk, sandbox: Sandbox) -> None:
    worker = desk.worker()
    worker.start()
    try:
        sandbox.append(SUPPORT, letter())
        _until(lambda: len(sandbox.inbox(CLEO)) == 1)
        desk.answer()
        _until(lambda: len(sandbox.inbox(CLEO)) == 2)
    finally:
        began = time.monotonic()
        worker.stop()
    assert time.monotonic() - began < 5
    assert [one.state for one in desk.all(Delivery)] == ["sent", "sent"]


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
