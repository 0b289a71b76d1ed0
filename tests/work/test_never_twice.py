"""Every letter exactly once: by number, by bytes, by id and words; and two workers are one too many."""

import time

import pytest

from supportbox.demo.sandbox import Sandbox
from supportbox.errors import Conflict
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.work.lock import only_worker
from tests.dovecot import DovecotMailbox
from tests.work.conftest import SUPPORT, Desk, kill, letter, raw_files


def test_new_numbers_of_the_server_bring_nothing_twice(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 6):
        dovecot.deliver(letter(f"Matter {number}", number=number))
    dovecot_desk.once()
    dovecot.set_uidvalidity(4242)
    dovecot.deliver(letter("Matter 6", number=6))
    assert dovecot_desk.once().faults == {}
    intakes = dovecot_desk.all(Intake)
    assert len(intakes) == 11 and {one.state for one in intakes} == {"done"}
    assert [one.reason for one in intakes[5:10]] == [f"The same letter again (as intake {n})." for n in range(1, 6)]
    assert [one.ticket_id for one in intakes[5:10]] == [one.ticket_id for one in intakes[:5]]
    assert len(dovecot_desk.all(Message)) == 6 and len(raw_files(dovecot_desk)) == 6
    assert dovecot_desk.one(Mailbox).uidvalidity == 4242


def test_same_bytes_in_one_batch(desk: Desk, sandbox: Sandbox) -> None:
    raw = letter()
    for _ in range(3):
        sandbox.append(SUPPORT, raw)
    desk.once()
    assert len(desk.all(Message)) == 1 and len(desk.all(Intake)) == 3 and len(raw_files(desk)) == 1


def test_same_letter_by_another_way(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, b"Received: by one.example; now\r\n" + letter())
    sandbox.append(SUPPORT, b"Received: by two.example; now\r\n" + letter())
    desk.once()
    assert len(desk.all(Message)) == 1
    assert desk.all(Intake)[1].reason == "The same letter again (in SB-1001)."


def test_same_id_with_other_words_keeps_both(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.append(SUPPORT, letter("Teapot", "The lid is broken.", number=1))
    sandbox.append(SUPPORT, letter("Sugar bowl", "It is empty.", number=1))
    desk.once()
    first, second = desk.all(Message)
    assert {first.text, second.text} == {"The lid is broken.", "It is empty."}
    assert second.facts["defects"] == ["another letter in SB-1001 has the same Message-ID"]


def test_letters_without_an_id_are_all_kept(desk: Desk, sandbox: Sandbox) -> None:
    for number in range(3):
        sandbox.append(SUPPORT, f"From: cleo@demo.example\r\nSubject: Matter {number}\r\n\r\nHello\r\n".encode())
    desk.once()
    assert len(desk.all(Ticket)) == 3


def test_second_worker_is_told(desk: Desk) -> None:
    with only_worker(desk.settings.instance), pytest.raises(Conflict, match="Another worker is already at work"):
        desk.once()
    worker = desk.worker()
    worker.start()
    try:
        with pytest.raises(Conflict, match="Another worker"):
            desk.worker().start()
    finally:
        worker.stop()
    desk.once()


def test_lock_is_free_when_its_process_is_dead(desk: Desk, sandbox: Sandbox) -> None:
    process = desk.command("work")
    assert process.stdout is not None
    assert "at work" in process.stdout.readline()
    with pytest.raises(Conflict, match=f"process {process.pid}"):
        desk.once()
    kill(process)
    assert desk.once().faults == {}


def test_killed_again_and_again_nothing_is_lost_or_doubled(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 81):
        dovecot.deliver(letter(f"Matter {number}", number=number))
    kills = 0
    for _ in range(20):
        process = dovecot_desk.command("work", "--once")
        before = len(dovecot_desk.all(Message))
        while process.poll() is None and len(dovecot_desk.all(Message)) < before + 20:
            time.sleep(0.005)
        kills += process.poll() is None
        kill(process)
        if len(dovecot_desk.all(Message)) == 80:
            break
    assert kills >= 3
    assert dovecot_desk.once().faults == {}
    assert sorted(one.external_id or "" for one in dovecot_desk.all(Message)) == sorted(
        f"<{number}@demo.example>" for number in range(1, 81)
    )
    assert {one.state for one in dovecot_desk.all(Intake)} == {"done"}
    assert all(stored.flags == "S" for stored in dovecot.messages())
