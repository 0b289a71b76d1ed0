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
# After so many looks at a line that is ready and silent it is closed; the first look comes before any waiting.
CLOSED = 3


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
        client.socket().settimeout(patience)
        client.idle()
        is_alarmed, has_news = _watch(client, time.monotonic() + min(seconds, LONGEST), alarm)
        if not is_alarmed:
            client.socket().settimeout(patience)
            has_news = _says_news(client.idle_done()[1]) or has_news
            client.socket().settimeout(usual)
    if is_alarmed:
        # Whoever has to end at once does not wait for a goodbye.
        imap.abandon()
    return has_news


def _watch(client: Any, deadline: float, alarm: HasFileno) -> tuple[bool, bool]:
    """Whether the alarm was raised, and whether there is news."""
    line: socket.socket = client.socket()
    poller = select.poll()
    for one in (line, alarm):
        poller.register(one.fileno(), select.POLLIN)
    silences = 0
    while True:
        is_silent = True
        for said in _waiting_lines(client):
            is_silent = False
            if said.endswith(_NEWS):
                return False, True
            if said.upper().startswith(b"* BYE"):
                raise IMAP4.abort("ended while it was listened to")
        # Ready, yet nothing to read, again and again: that is how a closed line looks.
        silences = silences + 1 if is_silent else 0
        if silences > CLOSED:
            raise IMAP4.abort("ended while it was listened to")
        left = deadline - time.monotonic()
        ready = {number for number, _ in poller.poll(max(0, left) * 1000)}
        if alarm.fileno() in ready:
            return True, False
        if not ready:
            return False, False


def _waiting_lines(client: Any) -> Iterator[bytes]:
    """The lines that are there already, in the socket or in the buffers above it. One of which a part is there is read
    to its end: networks cut where they like."""
    line: socket.socket = client.socket()
    usual = line.gettimeout()
    try:
        while _has_more(client, line):
            line.settimeout(ANSWER_SECONDS)
            yield client._imap._get_line()
    finally:
        line.settimeout(usual)


def _has_more(client: Any, line: socket.socket) -> bool:
    """Whether there is a byte, which stays where it is."""
    line.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except OSError:
        return False


def _says_news(answers: list[tuple[Any, ...]]) -> bool:
    return any(len(answer) > 1 and answer[1] in _NEWS for answer in answers)
