"""Between two polls the worker listens: a letter is a ticket at once, and a server that only seems to listen costs
no letter."""

import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.work import Worker
from tests.dovecot import DovecotMailbox
from tests.work.conftest import SUPPORT, Desk, letter


@contextmanager
def working(desk: Desk, *, poll: float) -> Iterator[Worker]:
    """A worker in threads that polls that often; it must end within seconds."""
    object.__setattr__(desk.settings, "poll_seconds", poll)
    worker = desk.worker()
    worker.start()
    try:
        yield worker
    finally:
        began = time.monotonic()
        worker.stop()
        assert time.monotonic() - began < 3


def until(is_so: Callable[[], bool], seconds: float = 15) -> float:
    """Wait until something is so; how long that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it never happened"
        time.sleep(0.02)
    return time.monotonic() - began


def is_polled(desk: Desk) -> bool:
    return desk.one(Mailbox).good_poll_at is not None


def test_letter_is_a_ticket_at_once_though_polls_are_rare(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    with working(dovecot_desk, poll=600):
        until(lambda: is_polled(dovecot_desk))
        for number in range(1, 4):
            time.sleep(0.4)
            dovecot.deliver(letter(f"Matter {number}", number=number))
            assert until(lambda count=number: len(dovecot_desk.all(Ticket)) == count) < 2.5  # type: ignore[misc]


def test_sandbox_listens_too(desk: Desk, sandbox: Sandbox) -> None:
    with working(desk, poll=600):
        until(lambda: is_polled(desk))
        sandbox.append(SUPPORT, letter())
        assert until(lambda: len(desk.all(Ticket)) == 1) < 2.5


def test_listening_costs_nothing(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    dovecot_desk.change_mailbox(has_acknowledgement=False)
    object.__setattr__(dovecot_desk.settings, "poll_seconds", 600)
    worker = Worker(dovecot_desk.app, indexers=())
    worker.start()
    try:
        until(lambda: is_polled(dovecot_desk))
        time.sleep(0.5)
        before = _cpu()
        time.sleep(3)
        assert _cpu() - before < 0.1
    finally:
        worker.stop()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Muffler:
    """A way to the server on which, once `is_deaf` is set, nothing from the server comes through any more."""

    def __init__(self, port: int) -> None:
        self.is_deaf = threading.Event()
        self.opened = 0
        self._goal = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self.opened += 1
                far = socket.create_connection(("127.0.0.1", self._goal))
                # Deafness is of the connections that are open then; a new one hears again.
                deaf = threading.Event()
                threading.Thread(target=self._carry, args=(near, far, deaf, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, deaf, True), daemon=True).start()

    def _carry(self, source: socket.socket, goal: socket.socket, deaf: threading.Event, is_answer: bool) -> None:
        with source, goal, suppress(OSError):
            while piece := source.recv(4096):
                if self.is_deaf.is_set():
                    deaf.set()
                if not (is_answer and deaf.is_set()):
                    goal.sendall(piece)


@pytest.fixture
def muffler(dovecot: DovecotMailbox) -> Iterator[Muffler]:
    found = Muffler(dovecot.port)
    yield found
    found.close()


def test_line_that_died_silently_is_found_out_by_the_plain_poll(
    dovecot_desk: Desk, dovecot: DovecotMailbox, muffler: Muffler
) -> None:
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{muffler.port}")
    with working(dovecot_desk, poll=2):
        until(lambda: is_polled(dovecot_desk))
        time.sleep(0.3)
        muffler.is_deaf.set()
        dovecot.deliver(letter())
        time.sleep(1)
        assert dovecot_desk.all(Ticket) == []
        muffler.is_deaf.clear()
        assert until(lambda: len(dovecot_desk.all(Ticket)) == 1) < 5
        assert dovecot_desk.one(Mailbox).last_error == ""


def test_server_that_hangs_up_while_listened_to_is_not_hammered(
    dovecot_desk: Desk, dovecot: DovecotMailbox, muffler: Muffler
) -> None:
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{muffler.port}")
    with working(dovecot_desk, poll=2):
        until(lambda: is_polled(dovecot_desk))
        for _ in range(4):
            time.sleep(0.5)
            dovecot.kick()
        assert muffler.opened <= 3
        dovecot.deliver(letter())
        assert until(lambda: len(dovecot_desk.all(Ticket)) == 1) < 4
