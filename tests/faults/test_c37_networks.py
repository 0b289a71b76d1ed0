"""C37: an address that swallows everything is given up in time, and nobody else waits for it for ever."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.torture import letters
from bench.torture.desk import Desk
from bench.torture.drive import Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop
from supportbox.channels.email import imap, send
from tests.servers import PASSWORD

HURRY = 0.5


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that takes no more connections and refuses none: they wait until they are given up."""
    waiting = []
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        port = listening.getsockname()[1]
        for _ in range(4):
            line = socket.socket()
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.connect(("127.0.0.1", port))
            waiting.append(line)
        time.sleep(0.1)
        yield port
        for line in waiting:
            line.close()


def faults_of(desk: Desk) -> tuple[str, float]:
    """What a round in a hurry says, and how long it takes; what minutes are to a desk are seconds here."""
    began = time.monotonic()
    (faults,) = desk.product(hurry=HURRY).do("once").heard("faults")
    return " ".join(faults.values()), time.monotonic() - began


def test_black_hole_is_given_up_in_time_and_told(shop: Shop) -> None:
    mailbox, tally = shop.mailbox(), Tally()
    posted = letters.write(2, 37)
    for one in posted:
        mailbox.deliver(one.raw)
    desk = shop.desk(mailbox)
    with black_hole() as port:
        desk.products[0].do("mailbox", "add", "aa@demo.example", "--imap-url", f"imap://x:{PASSWORD}@127.0.0.1:{port}",
                            "--smtp-url", f"smtp://127.0.0.1:{port}")  # fmt: skip
        # Before the good one, so that that one has to wait for it.
        desk.write("UPDATE mailbox SET id = 0 WHERE address = 'aa@demo.example'")
        said, seconds = faults_of(desk)
    assert f"127.0.0.1 port {port} does not answer in time" in said
    assert seconds < 60
    check_all(desk, mailbox, posted, tally)
    assert tally.wrong == []
    assert imap.CONNECT_SECONDS <= 15 and send.COMMAND_SECONDS <= 20
