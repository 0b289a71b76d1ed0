"""Pacing: a mail server that asks for less is given less, and what the host still takes goes to people first."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST_REST = timedelta(minutes=5)
LONGEST_GAP = timedelta(seconds=30)
SHORTEST_GAP = timedelta(seconds=0.1)


@dataclass
class _Host:
    """How one server likes to be treated, as far as it has shown."""

    gap: timedelta = timedelta(0)  # between two letters
    refusals: int = 0  # since it last took one
    rests_until: datetime | None = None


@dataclass
class Pacing:
    """What is known of each server, shared by the mailboxes that send by it. `first_rest` is the one after a first
    refusal; every further one doubles it."""

    first_rest: timedelta = timedelta(seconds=15)
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rest(self, server: str, now: datetime) -> timedelta:
        """How long it should be left alone from now on; zero when it may be given a letter."""
        with self._lock:
            host = self._hosts.get(server)
            return max(timedelta(0), host.rests_until - now) if host and host.rests_until else timedelta(0)

    def is_slow(self, server: str) -> bool:
        """Whether it has asked for less lately."""
        with self._lock:
            return server in self._hosts

    def slow_down(self, server: str, now: datetime) -> None:
        """It has just said that it was too much."""
        with self._lock:
            host = self._hosts.setdefault(server, _Host())
            host.rests_until = now + min(LONGEST_REST, self.first_rest * 2**host.refusals)
            host.refusals = min(host.refusals + 1, 10)
            host.gap = min(LONGEST_GAP, max(self.first_rest / 15, host.gap * 2))

    def note_sent(self, server: str, now: datetime) -> None:
        """It took a letter: a little faster from now on, until nothing is held back."""
        with self._lock:
            if host := self._hosts.get(server):
                host.refusals, host.gap = 0, host.gap * 0.9
                host.rests_until = now + host.gap
                if host.gap < min(SHORTEST_GAP, self.first_rest / 30):
                    del self._hosts[server]
