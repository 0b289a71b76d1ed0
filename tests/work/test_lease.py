"""Two hosts, one database: one works, the other waits; whoever was frozen and wakes up too late touches nothing."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from supportbox import clock, store
from supportbox.app import create_core
from supportbox.config import load, make_secret
from supportbox.demo.sandbox import Sandbox
from supportbox.errors import Conflict
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.lease import Lease
from supportbox.inbox.message import Message
from supportbox.store import transaction
from supportbox.work.lease import Held, LeaseLost, guarded
from tests.work.conftest import CLEO, SUPPORT, Desk, kill, letter


@pytest.fixture
def elsewhere(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same database seen from another host: other instance folder, same key, same raw letters."""
    instance = tmp_path / "elsewhere"
    instance.mkdir(mode=0o700)
    make_secret(instance)
    (instance / "secret.key").write_text(desk.settings.secret_key)
    (instance / "raw").symlink_to(desk.settings.raw)
    (instance / "files").symlink_to(desk.settings.files)
    settings = load({"SUPPORTBOX_DATABASE_URL": desk.settings.database_url}, instance=instance)
    app = create_core(settings)
    yield Desk(settings, app)
    with app.app_context():
        store.db.engine.dispose()


def expire(desk: Desk) -> None:
    """As if a minute had passed."""
    with transaction() as session:
        session.execute(update(Lease).values(until=clock.now() - timedelta(seconds=1)))


def once_there(elsewhere: Desk) -> None:
    with elsewhere.app.app_context():
        elsewhere.once()


def test_other_host_waits_while_the_lease_lasts(desk: Desk, elsewhere: Desk) -> None:
    worker = desk.worker()
    worker.start()
    try:
        with pytest.raises(Conflict, match="another host"):
            once_there(elsewhere)
    finally:
        worker.stop()
    # Given back, not only expired.
    once_there(elsewhere)
    desk.once()


def test_process_that_died_here_is_no_hindrance_here_but_elsewhere(desk: Desk, elsewhere: Desk) -> None:
    process = desk.command("work")
    assert process.stdout and "at work" in process.stdout.readline()
    kill(process)
    with pytest.raises(Conflict):
        once_there(elsewhere)
    desk.once()
    once_there(elsewhere)


def test_nothing_is_written_by_whoever_has_lost_it(desk: Desk) -> None:
    mine, other = Held("here", clock.now), Held("there", clock.now)
    mine.take(0)
    with pytest.raises(Conflict):
        other.take(0.3)
    expire(desk)
    assert mine.prolong()  # late, but nobody else has it
    expire(desk)
    other.take(0)
    assert not mine.prolong()
    desk.app.extensions["lease"] = mine
    try:
        with pytest.raises(LeaseLost), guarded():
            raise AssertionError("never reached")
    finally:
        del desk.app.extensions["lease"]
    mine.give_back()
    assert desk.one(Lease).holder == other.holder


def test_frozen_before_data_sends_nothing_when_it_wakes(desk: Desk, elsewhere: Desk, sandbox: Sandbox) -> None:
    desk.change_mailbox(has_acknowledgement=False)
    sandbox.append(SUPPORT, letter())
    desk.once()
    desk.answer()
    reached, go_on = threading.Event(), threading.Event()

    def hold(recipient: str) -> None:
        if not reached.is_set():
            reached.set()
            go_on.wait(20)

    sandbox.on_rcpt = hold
    process = desk.command("work")
    assert reached.wait(20)
    os.kill(process.pid, signal.SIGSTOP)
    expire(desk)
    once_there(elsewhere)
    assert [one.state for one in desk.all(Delivery)] == ["sent"] and len(sandbox.inbox(CLEO)) == 1
    go_on.set()
    os.kill(process.pid, signal.SIGCONT)
    assert process.wait(15) == 1
    assert process.stderr and "has taken over" in process.stderr.read()
    process.communicate()
    assert len(sandbox.inbox(CLEO)) == 1
    assert (desk.one(Delivery).state, desk.one(Delivery).last_error) == ("sent", "")


def test_taken_over_while_reading_nothing_is_filed_twice(desk: Desk, elsewhere: Desk, sandbox: Sandbox) -> None:
    """Kept by one host, understood by the other: wherever the lease is lost in between, each letter is filed once."""
    for number in range(1, 21):
        sandbox.append(SUPPORT, letter(number=number))
    worker = desk.worker()
    worker.start()
    try:
        deadline = time.monotonic() + 15
        while not desk.all(Intake):
            assert time.monotonic() < deadline
        with transaction() as session:
            session.execute(update(Lease).values(holder="there/1", until=clock.now()))
        while not worker.is_over():
            # It finds out with its next letter, or its next round.
            sandbox.append(SUPPORT, letter(number=99))
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.stop()
    once_there(elsewhere)
    assert {one.state for one in desk.all(Intake)} == {"done"}
    assert len(desk.all(Message)) == 21
