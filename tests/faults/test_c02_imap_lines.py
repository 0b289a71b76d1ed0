"""C2, C3: lines that die in every way, servers that refuse in every way: a sentence, a pause, and no letter lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bench.torture import letters
from bench.torture.desk import Desk, Product
from bench.torture.drive import Tally
from bench.torture.kill_ingest import check_all
from bench.torture.letters import Posted
from bench.torture.moments import Rule
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop
from supportbox.work import Pace
from tests.dovecot import DovecotMailbox

HURRY = 0.4
# What a server does instead of answering, and what people read of it.
LINES = {
    "cut": "ended the connection",
    "reset": "cut the connection",
    "stall": "does not answer in time",
    "drip": "does not answer in time",
}
REFUSALS = {
    "* BYE Shutting down": "Shutting down",
    "{tag} NO [INUSE] Mailbox in use": "Mailbox in use",
    "{tag} NO [UNAVAILABLE] Come back later": "Come back later",
    "{tag} BAD What was that": "What was that",
    "(((": "unexpected response",
}


@dataclass
class Victim:
    """A desk whose way to its mailbox can be spoilt."""

    mailbox: DovecotMailbox
    proxy: Proxy
    desk: Desk
    product: Product
    posted: list[Posted] = field(default_factory=list)

    def suffer(self, rule: Rule) -> str:
        """What the desk says of letters that come while every try meets this, and must all be in afterwards."""
        fresh = letters.write(2, 2, first=len(self.posted) + 1)
        for one in fresh:
            self.mailbox.deliver(one.raw)
        self.posted += fresh
        self.proxy.rules[:] = [rule]
        (faults,) = self.product.do("once").heard("faults")
        self.proxy.rules.clear()
        assert self.product.do("once").heard("faults") == [{}]
        return " ".join(faults.values())


@contextmanager
def victim(shop: Shop) -> Iterator[Victim]:
    mailbox, tally = shop.mailbox(), Tally()
    with Proxy(mailbox.port, "IMAP", drip_seconds=HURRY / 4) as proxy:
        desk = shop.desk(mailbox, imap_port=proxy.port)
        found = Victim(mailbox, proxy, desk, desk.product(hurry=HURRY))
        yield found
        check_all(desk, mailbox, found.posted, tally)
        assert (tally.wrong, proxy.open_lines) == ([], 0)


def test_lines_that_die(shop: Shop) -> None:
    with victim(shop) as one:
        for act, words in LINES.items():
            assert words in one.suffer(Rule("answer", "SELECT", act, times=50))


@pytest.mark.parametrize("verb", ["SELECT", "UID SEARCH", "UID FETCH"])
def test_servers_that_refuse(shop: Shop, verb: str) -> None:
    with victim(shop) as one:
        for answer, words in REFUSALS.items():
            said = one.suffer(Rule("command", verb, answer, times=50))
            assert said.endswith(".") and "Error" not in said and "\n" not in said
            assert words in said or (verb == "SELECT" and "BAD" in answer and "There is no folder INBOX" in said)


def test_pauses_grow_to_five_minutes_and_are_never_the_same() -> None:
    pace = Pace()
    assert 4 <= pace.pause(1) <= 6 and 8 <= pace.pause(2) <= 12
    assert all(240 <= pace.pause(failures) <= 360 for failures in (7, 20, 1000))
    assert len({pace.pause(3) for _ in range(10)}) > 5
