"""A server that misbehaves at every verb and every KB: each letter once in the end, and a plain sentence meanwhile."""

import random
import re
import time
from dataclasses import dataclass

from bench.torture import letters
from bench.torture.desk import Desk, Product
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all
from bench.torture.letters import Posted
from bench.torture.moments import Kind, Rule
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop
from tests.dovecot import DovecotMailbox

HURRY = 0.4
BIG = 200 * 1024
MOST_ROUNDS = 12
ROUNDS = 4
VERBS = ("CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "LOGOUT")
LINES = ("cut", "reset", "stall", "garbage")
ANSWERS = (
    "{tag} NO",
    "{tag} NO [INUSE] Mailbox in use",
    "{tag} NO [UNAVAILABLE] Come back later",
    "{tag} BAD What was that",
    "* BYE Shutting down",
    "(((",
)
# What no person should have to read.
_JARGON = re.compile(r"Traceback|Error\(|Exception|stumbled|object at 0x|\n")


@dataclass(frozen=True)
class Case:
    """One misbehaviour: where, what, and how many times in a row."""

    kind: Kind
    verb: str
    act: str
    kb: int | None = None
    times: int = 1


def cases(seed: int, is_short: bool) -> list[Case]:
    """All of them in four rounds; short, a few of each sort."""
    dice = random.Random(seed)
    lines = [Case(kind, verb, act) for verb in VERBS for act in LINES for kind in ("command", "answer")]
    answers = [Case("command", verb, act, times=dice.choice([1, 3])) for verb in VERBS for act in ANSWERS]
    greetings = [Case("greeting", "", act, times=2) for act in (*LINES, "* BYE Too many of you", "SSH-2.0-OpenSSH_9.2")]
    literals = [Case("literal", "UID FETCH", "cut", kb) for kb in range(BIG // 1024)]
    slow = [Case("answer", "UID FETCH", "drip"), Case("greeting", "", "drip")]
    if is_short:
        return [*dice.sample(lines, 3), *dice.sample(answers, 3), *greetings[:1], *dice.sample(literals, 2)]
    return [*lines, *answers, *greetings, *literals, *slow][seed // 1000 % ROUNDS :: ROUNDS]


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: for each case a letter or two, and worker's rounds until one is clean."""
    dice, tally = random.Random(seed), Tally()
    mailbox = shop.mailbox()
    posted: list[Posted] = []
    with Proxy(mailbox.port, "IMAP", drip_seconds=HURRY / 60) as proxy:
        desk = shop.desk(mailbox, imap_port=proxy.port)
        product = desk.product(broken=broken, hurry=HURRY)
        for case in cases(seed, is_short):
            fresh = _post(mailbox, len(posted) + 1, case, dice)
            posted += fresh
            proxy.rules[:] = [Rule(case.kind, case.verb, case.act, case.times, case.kb)]
            _until_clean(product, proxy, case, tally)
            _all_in(desk, fresh, case, tally)
            tally.counts["faults"] += 1
        check_all(desk, mailbox, posted, tally)
        time.sleep(2 * HURRY)
        tally.check(proxy.open_lines == 0, f"{proxy.open_lines} connections are still held")
    return tally


def _post(mailbox: DovecotMailbox, first: int, case: Case, dice: random.Random) -> list[Posted]:
    fresh = letters.write(dice.choice([1, 2]), first, first=first)
    if case.kb is not None:
        padding = b"\r\n".join([b"x" * 78] * (BIG // 80))
        head, _, _ = fresh[0].raw.partition(b"\r\n\r\n")
        head = re.sub(rb"(?im)^(Content-\S+|MIME-Version):.*(\r\n[ \t].*)*\r\n", b"", head + b"\r\n")
        fresh = [Posted(first, head + b"\r\nThis is letter %d.\r\n" % first + padding + b"\r\n")]
    for one in fresh:
        mailbox.deliver(one.raw)
    return fresh


def _until_clean(product: Product, proxy: Proxy, case: Case, tally: Tally) -> None:
    for number in range(MOST_ROUNDS):
        began = time.monotonic()
        (faults,) = product.do("once").heard("faults")
        tally.note("seconds of a round", round(time.monotonic() - began, 1))
        for sentence in faults.values():
            tally.check(not _JARGON.search(sentence), f"{case}: not for people: {sentence}")
        if not faults and (number or not proxy.rules[0].times):
            return
    tally.wrong.append(f"{case}: never clean again: {faults}")


def _all_in(desk: Desk, fresh: list[Posted], case: Case, tally: Tally) -> None:
    texts = {letters.number_in(text) for (text,) in desk.rows("SELECT text FROM message ORDER BY id DESC LIMIT 5")}
    missing = {one.number for one in fresh} - texts
    tally.check(not missing, f"{case}: letters {missing} are not in")


RUN = Run(
    name="imap_faults",
    bar="each fault at each verb, and a cut at each KB of 200: each letter once, a plain sentence, no line held",
    play=play,
    goal=("faults", 300),
    catches=("lost-letters-are-skipped",),
)
