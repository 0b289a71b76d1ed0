"""Listening to a mailbox between two polls (IDLE, RFC 2177): a hint that something came, never the proof."""

import select
import socket
import time
from collections.abc import Iterator
from imaplib import IMAP4
from typing import Any, Protocol

from supportbox.channels.email.imap import Imap

# RFC 2177 lets a server hang up after half an hour; what stands between may forget a silent line far sooner.
LONGEST = 300.0
# How long a server may take to say that it listens, and that it has stopped.
ANSWER_SECONDS = 15.0
_NEWS = (b"EXISTS", b"RECENT")
# Some servers do not tell a listener what came just before it began: after so long they are asked once.
FIRST = 1.0


class HasFileno(Protocol):
    """Something whose readiness to be read ends waiting."""

    def fileno(self) -> int: ...


def listen(imap: Imap, seconds: float, alarm: HasFileno) -> bool:
    """Wait until a letter may have come (True), the time is over or the alarm is raised (False). Raises Fault."""
    if imap.has_news():
        return True
    with imap.explained():
        client = imap.client
        patience = min(ANSWER_SECONDS, seconds)
        usual = client.socket().gettimeout()
        deadline = time.monotonic() + min(seconds, LONGEST)
        is_alarmed, has_news = _listen_until(client, min(deadline, time.monotonic() + FIRST), alarm, patience)
        if not (is_alarmed or has_news) and time.monotonic() < deadline:
            has_news = _says_news(client.noop()[1])
            if not has_news:
                is_alarmed, has_news = _listen_until(client, deadline, alarm, patience)
        if not is_alarmed:
            client.socket().settimeout(usual)
    if is_alarmed:
        # Whoever has to end at once does not wait for a goodbye.
        imap.abandon()
    return has_news


def _listen_until(client: Any, deadline: float, alarm: HasFileno, patience: float) -> tuple[bool, bool]:
    """One IDLE: whether the alarm was raised, and whether there is news."""
    client.socket().settimeout(patience)
    client.idle()
    is_alarmed, has_news = _watch(client, deadline, alarm)
    if not is_alarmed:
        client.socket().settimeout(patience)
        has_news = _says_news(client.idle_done()[1]) or has_news
    return is_alarmed, has_news


def _watch(client: Any, deadline: float, alarm: HasFileno) -> tuple[bool, bool]:
    """Whether the alarm was raised, and whether there is news."""
    line: socket.socket = client.socket()
    poller = select.poll()
    for one in (line, alarm):
        poller.register(one.fileno(), select.POLLIN)
    silences = 0
    while True:
        lines = list(_waiting_lines(client))
        if any(said.endswith(_NEWS) for said in lines):
            return False, True
        if any(said.upper().startswith(b"* BYE") for said in lines) or silences > 2:
            raise IMAP4.abort("ended while it was listened to")
        left = deadline - time.monotonic()
        ready = {number for number, _ in poller.poll(max(0, left) * 1000)}
        if alarm.fileno() in ready:
            return True, False
        if not ready:
            return False, False
        # Ready, yet nothing to read, again and again: that is how a closed line looks.
        silences = 0 if lines else silences + 1


def _waiting_lines(client: Any) -> Iterator[bytes]:
    """The lines that are there already, in the socket or in the buffers above it."""
    line = client.socket()
    usual = line.gettimeout()
    line.setblocking(False)
    try:
        while True:
            try:
                yield client._imap._get_line()
            except OSError:
                return
            except IMAP4.abort as error:
                if "EOF" in str(error):
                    return
                raise
    finally:
        line.settimeout(usual)


def _says_news(answers: list[tuple[Any, ...]]) -> bool:
    return any(len(answer) > 1 and answer[1] in _NEWS for answer in answers)
