"""A way to an IMAP or SMTP server that understands its verbs, and misbehaves at any of them as it is told."""

import re
import select
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bench.torture.moments import GARBAGE, KB, Moment, Protocol, Rule

_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


@dataclass
class Proxy:
    """Listens on `port` and carries every connection to `goal`."""

    goal: int
    protocol: Protocol
    rules: list[Rule] = field(default_factory=list)
    drip_seconds: float = 1.0  # a byte, once a rule says "drip"
    met: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for line in list(self._lines):
            line.end()
        self._thread.join(10)

    @property
    def open_lines(self) -> int:
        """Connections that neither side has given up."""
        return sum(not line.over.is_set() for line in self._lines)

    def act_at(self, moment: Moment) -> str | Callable[[], object] | None:
        """The act of the first rule that fits, which is used up by that."""
        with self._lock:
            self.met[moment.kind, moment.verb] += 1
            for rule in self.rules:
                if rule.fits(moment):
                    if rule.skip:
                        rule.skip -= 1
                        continue
                    rule.times -= 1
                    return rule.act
        return None

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.goal))
                except OSError:
                    near.close()
                    continue
                self._lines = [line for line in self._lines if not line.over.is_set()]
                line = _Line(self, near, far)
                self._lines.append(line)
                line.start()


class _Stop(Exception):
    """This direction carries no more."""


class _Line:
    """One connection: a thread for each direction, and what they know of the conversation."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self.proxy, self.near, self.far = proxy, near, far
        self.over = threading.Event()
        self.verb, self.tag, self.is_waiting = "", "", True
        self.is_letter = False  # an SMTP client is in the middle of its letter
        self.is_dripping = self.is_reset = False
        self._sent = 0

    def start(self) -> None:
        for carry in (self._commands, self._answers):
            threading.Thread(target=self._run, args=(carry,), daemon=True).start()

    def end(self) -> None:
        self.over.set()
        for side in (self.near, self.far):
            with suppress(OSError):
                # After a reading end alone, closing sends the RST that was asked for instead of a FIN.
                is_reset = side is self.near and self.is_reset
                side.shutdown(socket.SHUT_RD if is_reset else socket.SHUT_RDWR)
            side.close()

    def _run(self, carry: Callable[[], None]) -> None:
        try:
            carry()
        except (OSError, _Stop):
            pass
        finally:
            self.end()

    # From the client.

    def _commands(self) -> None:
        with self.near.makefile("rb") as stream:
            while said := stream.readline():
                if self.is_letter:
                    self._letter_line(said)
                else:
                    self._command(said)

    def _command(self, said: bytes) -> None:
        words = said.decode("ascii", "replace").split()
        self.tag = words[0] if words else ""
        self.verb = self._verb_of(words)
        if self._passes(Moment("command", self.verb)):
            self.is_waiting = True
            self.far.sendall(said)

    def _verb_of(self, words: list[str]) -> str:
        upper = [word.upper() for word in words]
        if self.proxy.protocol == "SMTP":
            return upper[0] if upper else ""
        rest = upper[1:]
        return " ".join(rest[: 2 if rest[:1] == ["UID"] else 1])

    def _letter_line(self, said: bytes) -> None:
        if said == b".\r\n":
            self.is_letter, self.verb = False, "."
            self._passes(Moment("command", "."))
            self.is_waiting = True
        else:
            self._sent += len(said)
            if self._sent // KB > (self._sent - len(said)) // KB:
                self._passes(Moment("literal", "DATA", self._sent // KB))
        self.far.sendall(said)

    # From the server.

    def _answers(self) -> None:
        with self.far.makefile("rb") as stream:
            is_greeting = True
            while said := stream.readline():
                if is_greeting:
                    self._passes(Moment("greeting", ""))
                elif self.is_waiting:
                    self._passes(Moment("answer", self.verb))
                is_greeting = self.is_waiting = False
                if self.verb == "DATA" and said.startswith(b"354"):
                    self.is_letter, self._sent = True, 0
                self._give(said)
                if self.proxy.protocol == "IMAP" and (found := _LITERAL.search(said)):
                    self._literal(stream.read, int(found[1]))

    def _literal(self, read: Callable[[int], bytes], size: int) -> None:
        for start in range(0, size, KB):
            piece = read(min(KB, size - start))
            self._passes(Moment("literal", self.verb, start // KB))
            self._give(piece)

    def _give(self, said: bytes) -> None:
        if not self.is_dripping:
            self.near.sendall(said)
            return
        for byte in said:
            if self.over.wait(self.proxy.drip_seconds):
                raise _Stop
            self.near.sendall(bytes([byte]))

    # Misbehaviour.

    def _passes(self, moment: Moment) -> bool:
        """Do what the rules say of this moment; whether what was meant to be carried is to be carried still."""
        act = self.proxy.act_at(moment)
        if act is None:
            return True
        if callable(act):
            act()
        elif act == "cut":
            raise _Stop
        elif act == "reset":
            self.near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.is_reset = True
            raise _Stop
        elif act == "stall":
            self._stall()
            raise _Stop
        elif act == "drip":
            self.is_dripping = True
        elif act == "garbage":
            self.near.sendall(GARBAGE)
        else:
            self._say(act)
            return False
        return True

    def _stall(self) -> None:
        """Nothing moves any more, until the client gives up."""
        while not self.over.wait(0.1):
            if select.select([self.near], [], [], 0)[0] and not self.near.recv(1, socket.MSG_PEEK):
                return

    def _say(self, line: str) -> None:
        """Our own words instead of the server's; after a goodbye the line is cut."""
        self.near.sendall(line.format(tag=self.tag or "*").encode() + b"\r\n")
        if line.startswith(("* BYE", "421")):
            raise _Stop
