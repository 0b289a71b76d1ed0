"""Lines to the IMAP server that break in the middle: nothing is lost, and one letter never holds up the others."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.work.replay import replay
from tests.dovecot import DovecotMailbox
from tests.work.conftest import Desk, letter

Cut = Callable[[bytes], bool]


@contextmanager
def cutting(port: int, cut: Cut, cut_command: Cut = lambda piece: False) -> Iterator[int]:
    """A way to the server that is cut without a goodbye when `cut`, asked with each piece of an answer, says so;
    `cut_command` is asked with each piece of a command."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, port, cut, cut_command), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def _accept(listening: socket.socket, port: int, cut: Cut, cut_command: Cut) -> None:
    with suppress(OSError):
        while True:
            near, _ = listening.accept()
            far = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=_carry, args=(near, far, cut_command), daemon=True).start()
            threading.Thread(target=_carry, args=(far, near, cut), daemon=True).start()


def _carry(source: socket.socket, goal: socket.socket, cut: Cut) -> None:
    with source, goal, suppress(OSError):
        while piece := source.recv(1000):
            if cut(piece):
                break
            goal.sendall(piece)
        for end in (source, goal):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def through(desk: Desk, dovecot: DovecotMailbox, port: int) -> None:
    desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{port}", has_acknowledgement=False)


@pytest.mark.parametrize("place", [1, 3, 10, 40, 60])
def test_cut_in_the_middle_loses_nothing(dovecot_desk: Desk, dovecot: DovecotMailbox, place: int) -> None:
    for number in range(1, 13):
        dovecot.deliver(letter(f"Matter {number}", "A line of text.\n" * 300, number=number))
    pieces: list[int] = []

    def cut(piece: bytes) -> bool:
        pieces.append(1)
        return len(pieces) == place

    with cutting(dovecot.port, cut) as port:
        through(dovecot_desk, dovecot, port)
        while dovecot_desk.once().faults:
            assert len(pieces) < 2000
    assert len(pieces) > place
    assert sorted(int(one.external_id[1:].split("@")[0]) for one in dovecot_desk.all(Message)) == list(range(1, 13))  # type: ignore[index]
    assert all(stored.flags == "S" for stored in dovecot.messages())


def test_letter_that_always_breaks_the_line_is_set_aside(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 8):
        dovecot.deliver(letter(f"Matter {number}", "POISON" if number == 4 else "Hello", number=number))
    with cutting(dovecot.port, lambda piece: b"POISON" in piece) as port:
        through(dovecot_desk, dovecot, port)
        assert dovecot_desk.once().faults == {}
        bad = next(one for one in dovecot_desk.all(Intake) if one.state == "quarantined")
        assert (bad.uid, bad.path) == (4, "") and bad.reason.startswith("The server would not hand this letter over.")
        assert len(dovecot_desk.all(Message)) == 6
        assert [stored.flags for stored in dovecot.messages()] == ["S", "S", "S", "", "S", "S", "S"]
        (said,) = replay(dovecot_desk.settings, bad.id)
        assert "quarantined" in said and "ended the connection" in said
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}")
    (said,) = replay(dovecot_desk.settings, bad.id)
    assert ": done in SB-" in said
    assert "POISON" in {one.text for one in dovecot_desk.all(Message)}


def test_server_that_breaks_at_every_letter_sets_none_aside(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 4):
        dovecot.deliver(letter(f"Matter {number}", "POISON", number=number))
    with cutting(dovecot.port, lambda piece: b"POISON" in piece) as port:
        through(dovecot_desk, dovecot, port)
        assert "ended the connection" in "".join(dovecot_desk.once().faults.values())
        assert dovecot_desk.all(Intake) == [] and dovecot_desk.one(Mailbox).last_uid == 0
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}")
    assert dovecot_desk.once().faults == {}
    assert len(dovecot_desk.all(Message)) == 3


def test_mark_that_was_not_made_is_made_later(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    for number in range(1, 4):
        dovecot.deliver(letter(f"Matter {number}", number=number))
    with cutting(dovecot.port, lambda piece: False, lambda piece: b"STORE" in piece) as port:
        through(dovecot_desk, dovecot, port)
        dovecot_desk.once()
    assert [stored.flags for stored in dovecot.messages()] == ["", "", ""]
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}")
    dovecot_desk.once()
    assert [stored.flags for stored in dovecot.messages()] == ["S", "S", "S"]
    assert len(dovecot_desk.all(Message)) == 3


def test_server_that_comes_back_loses_nothing(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    is_away = threading.Event()
    worker = dovecot_desk.worker()
    with cutting(dovecot.port, lambda piece: is_away.is_set()) as port:
        through(dovecot_desk, dovecot, port)
        worker.start()
        try:
            dovecot.deliver(letter("Before", number=1))
            _until(lambda: len(dovecot_desk.all(Message)) == 1)
            is_away.set()
            _until(lambda: "ended the connection" in dovecot_desk.one(Mailbox).last_error)
            dovecot.deliver(letter("After", number=2))
            is_away.clear()
            _until(lambda: len(dovecot_desk.all(Message)) == 2)
            _until(lambda: dovecot_desk.one(Mailbox).last_error == "")
        finally:
            worker.stop()


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
