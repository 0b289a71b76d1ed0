"""When a mailbox stands still, those who can mend it are told by another one: once an outage."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from supportbox import clock
from supportbox.channels.email.accounts import add_mailbox
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.business import change_business
from supportbox.store import transaction
from supportbox.work import alarm
from tests.work.conftest import SUPPORT, Desk, letter

SALES, ADA, BEN = "sales@demo.example", "ada@demo.example", "ben@demo.example"


@pytest.fixture
def standing(desk: Desk, sandbox: Sandbox) -> Desk:
    """Ada owns the desk, Ben works at it; sales@ has not been fetched for eleven minutes, support@ is well."""
    now = clock.now()
    with transaction() as session:
        for email, role in ((ADA, "owner"), (BEN, "agent")):
            session.add(Agent(email=email, name=email[:3].title(), role=role, created_at=now))
        add_mailbox(session, desk.settings, SALES, imap_url="imap://s:x@127.0.0.1:9", smtp_url="smtp://127.0.0.1:9",
                    now=now - timedelta(minutes=11))  # fmt: skip
        session.execute(update(Mailbox).where(Mailbox.address == SUPPORT).values(good_poll_at=now))
    return desk


def test_owner_is_told_once_an_outage(standing: Desk, sandbox: Sandbox) -> None:
    for _ in range(3):
        alarm.tell(standing.settings, clock.now)
    (said,) = sandbox.inbox(ADA)
    assert b"No mail comes in at sales@demo.example" in said and b"Auto-Submitted: auto-" in said
    assert b"Return-Path: <>" in said and sandbox.inbox(BEN) == []
    # Well again, then down again: another outage.
    with transaction() as session:
        session.execute(update(Mailbox).where(Mailbox.address == SALES).values(alarmed_at=None))
    alarm.tell(standing.settings, clock.now)
    assert len(sandbox.inbox(ADA)) == 2


def test_good_poll_ends_the_outage(standing: Desk, sandbox: Sandbox) -> None:
    standing_support = standing.all(Mailbox)[0]
    with transaction() as session:
        session.execute(update(Mailbox).where(Mailbox.id == standing_support.id).values(alarmed_at=clock.now()))
    sandbox.append(SUPPORT, letter())
    standing.once()
    assert standing.all(Mailbox)[0].alarmed_at is None


def test_told_later_when_it_could_not_be_told_now(standing: Desk, sandbox: Sandbox) -> None:
    sandbox.on_rcpt = lambda receiver: "450 Not now"
    alarm.tell(standing.settings, clock.now)
    assert standing.all(Mailbox)[1].alarmed_at is None
    sandbox.on_rcpt = None
    alarm.tell(standing.settings, clock.now)
    assert len(sandbox.inbox(ADA)) == 1


def test_nothing_is_sent_by_a_desk_that_is_not_to_send(standing: Desk, sandbox: Sandbox) -> None:
    with transaction() as session:
        change_business(session, is_sending=False)
    alarm.tell(standing.settings, clock.now)
    assert sandbox.inbox(ADA) == []


def test_running_worker_tells(standing: Desk, sandbox: Sandbox) -> None:
    import time

    worker = standing.worker()
    worker.start()
    try:
        deadline = time.monotonic() + 10
        while not sandbox.inbox(ADA):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        worker.stop()
    assert len(sandbox.inbox(ADA)) == 1
