"""C21, C22, C23: blocked senders, folders that are moved or closed, dead servers: each mailbox for itself."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.torture.proxy import Proxy
from supportbox import clock
from supportbox.channels.email.accounts import add_mailbox
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.trust import set_rule
from supportbox.store import transaction
from tests.dovecot import Dovecot, DovecotMailbox
from tests.faults.until import until
from tests.servers import PASSWORD
from tests.work.conftest import Desk, letter

OTHERS = 9


def add(desk: Desk, address: str, url: str) -> None:
    with transaction() as session:
        add_mailbox(session, desk.settings, address, imap_url=url, smtp_url="smtp://127.0.0.1", password=PASSWORD,
                    now=clock.now())  # fmt: skip


def test_letters_of_blocked_senders_are_taken_over_and_hold_up_nobody(
    dovecot_desk: Desk, dovecot: DovecotMailbox
) -> None:
    with transaction() as session:
        set_rule(session, "@spammer.example", blocked=True, agent_id=None, now=clock.now())
    for number in range(1, 31):
        sender = f"x{number}@spammer.example" if number % 3 == 0 else f"cleo{number}@demo.example"
        dovecot.deliver(letter(f"Matter {number}", number=number, **{"from": sender}))
    for _ in range(2):
        assert dovecot_desk.once().faults == {}
    tickets = dovecot_desk.all(Ticket)
    assert len(tickets) == 30 and [one.status for one in tickets].count("spam") == 10
    assert {one.state for one in dovecot_desk.all(Intake)} == {"done"}
    assert all(stored.flags == "S" for stored in dovecot.messages())


class Folder:
    """A folder beside the INBOX, as its files lie."""

    def __init__(self, box: DovecotMailbox, name: str) -> None:
        self.box, self.name = box, name
        self.path = box._maildir(name)

    def rename(self) -> None:
        self.path.rename(self.path.with_name(".Elsewhere"))

    def come_back(self) -> None:
        if self.path.with_name(".Elsewhere").exists():
            self.path.with_name(".Elsewhere").rename(self.path)
        self.path.chmod(0o700)

    def close(self) -> None:
        self.path.chmod(0)


@pytest.mark.parametrize(("trouble", "words"), [("rename", "There is no folder Orders"), ("close", "SERVERBUG")])
def test_folder_that_goes_away_during_the_work_is_told_and_comes_back(
    dovecot_desk: Desk, dovecot: DovecotMailbox, dovecot_server: Dovecot, trouble: str, words: str
) -> None:
    other = dovecot_server.mailbox(f"orders-{trouble}")
    folder = Folder(other, "Orders")
    with Proxy(other.port, "IMAP") as proxy:
        add(dovecot_desk, "orders@demo.example", f"imap://{other.user}@127.0.0.1:{proxy.port}/Orders")
        worker = dovecot_desk.worker()
        worker.start()
        try:
            other.deliver(letter("First", number=1), folder="Orders")
            until(lambda: len(dovecot_desk.all(Message)) == 1)
            getattr(folder, trouble)()
            other.kick()
            until(lambda: words in dovecot_desk.all(Mailbox)[1].last_error)
            dovecot.deliver(letter("Meanwhile", number=2))
            until(lambda: len(dovecot_desk.all(Message)) == 2)
            assert dovecot_desk.all(Mailbox)[0].last_error == ""
            folder.come_back()
            other.deliver(letter("Last", number=3), folder="Orders")
            until(lambda: len(dovecot_desk.all(Message)) == 3)
            until(lambda: dovecot_desk.all(Mailbox)[1].last_error == "")
        finally:
            folder.come_back()
            worker.stop()
        assert {verb for kind, verb in proxy.met if kind == "command"}.isdisjoint({"CREATE", "RENAME", "DELETE"})


def test_folder_that_only_holds_folders_is_told(dovecot_desk: Desk, dovecot: DovecotMailbox) -> None:
    dovecot.deliver(letter(), folder="Shop.Orders")
    dovecot_desk.change_mailbox(imap_url=f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}/Shop")
    (said,) = dovecot_desk.once().faults.values()
    assert said.startswith("There is no folder Shop")
    assert not (dovecot._maildir("INBOX") / ".Shop").exists()


@contextmanager
def dead_server() -> Iterator[int]:
    """It takes connections and says nothing for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        yield silent.getsockname()[1]


def test_one_dead_mailbox_of_ten_costs_the_nine_nothing(
    dovecot_desk: Desk, dovecot: DovecotMailbox, dovecot_server: Dovecot
) -> None:
    boxes = [dovecot] + [dovecot_server.mailbox(f"team-{os.getpid()}-{number}") for number in range(1, OTHERS)]
    dovecot_desk.change_mailbox(has_acknowledgement=False)
    for number, box in enumerate(boxes[1:], 1):
        add(dovecot_desk, f"team{number}@demo.example", f"imap://{box.user}@127.0.0.1:{box.port}")
    with dead_server() as port:
        add(dovecot_desk, "dead@demo.example", f"imap://dead@127.0.0.1:{port}")
        worker = dovecot_desk.worker()
        worker.start()
        try:
            for turn in range(3):
                for number, box in enumerate(boxes):
                    box.deliver(letter(f"Matter {turn}-{number}", f"Turn {turn}", number=100 * turn + number))
                assert until(lambda turn=turn: len(dovecot_desk.all(Message)) == OTHERS * (turn + 1)) < 15  # type: ignore[misc]
        finally:
            worker.stop(patience=0.1)
    assert all(box.last_error == "" for box in dovecot_desk.all(Mailbox)[:OTHERS])
