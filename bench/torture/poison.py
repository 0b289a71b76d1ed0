"""Hostile letters among good ones: every good one becomes its message, every bad one is kept, seen and left alone."""

import random
import time
from collections import Counter

from bench.torture import hostile, letters
from bench.torture.desk import Desk, Product
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import MESSAGES
from bench.torture.letters import Posted
from bench.torture.shop import Shop

GOOD, BAD = 900, 100  # of one round
MOST_TRIES = 3


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: both kinds mixed, and a worker that is started again whenever a letter has killed it."""
    dice, tally = random.Random(seed), Tally()
    good = letters.write(30 if is_short else GOOD, seed)
    bad = hostile.letters(len(hostile.KINDS) if is_short else BAD, seed)
    mailbox = shop.mailbox()
    mixed = [one.raw for one in good] + [raw for _, raw in bad]
    dice.shuffle(mixed)
    for raw in mixed:
        mailbox.deliver(raw)
    desk = shop.desk(mailbox)
    began = time.monotonic()
    _work(desk.product(broken=broken or "deadly-letters"), len(bad), tally)
    tally.note("seconds a round", round(time.monotonic() - began, 1))
    _check_good(desk, good, tally)
    _check_bad(desk, bad, tally)
    tally.counts["letters"] += len(mixed)
    tally.counts["hostile"] += len(bad)
    return tally


def _work(product: Product, most_deaths: int, tally: Tally) -> None:
    for _ in range(MOST_TRIES * most_deaths):
        doing = product.order("once")
        doing.wait()
        if not doing.was_killed:
            tally.check(doing.heard("faults") == [{}], f"the last round is not clean: {doing.heard('faults')}")
            return
        tally.counts["workers that died"] += 1
    tally.wrong.append("workers die without end")


def _check_good(desk: Desk, good: list[Posted], tally: Tally) -> None:
    found = Counter(letters.number_in(text) for _, kind, text in desk.rows(MESSAGES) if kind == "customer")
    for one in good:
        tally.check(found[one.number] == 1, f"good letter {one.number} is there {found[one.number]} times")


def _check_bad(desk: Desk, bad: list[tuple[str, bytes]], tally: Tally) -> None:
    """Each is on the disk with all of its bytes, in a ticket or, with a reason, in quarantine."""
    kept = {}
    for path, *fate in desk.rows("SELECT path, state, reason, attempts, ticket_id FROM intake"):
        raw = desk.raw(path) or b""
        kept[_first_line(raw)] = (raw, fate)
    for kind, posted in bad:
        raw, fate = kept.get(_first_line(posted), (b"", []))
        if not fate or _as_served(raw) != _as_served(posted):
            tally.wrong.append(f"a letter of the kind {kind} was not kept as it was")
            continue
        state, reason, attempts, ticket = fate
        tally.check(state in ("done", "quarantined"), f"{kind} is {state}")
        tally.check(state != "quarantined" or bool(reason), f"{kind} is quarantined for no reason")
        tally.check(state != "done" or ticket is not None, f"{kind} is done, in no ticket: {reason}")
        tally.check(attempts <= MOST_TRIES, f"{kind} was tried {attempts} times")
        tally.counts["hostile, now in a ticket" if state == "done" else "quarantined"] += 1


def _first_line(raw: bytes) -> bytes:
    return raw.split(b"\n", 1)[0].strip()


def _as_served(raw: bytes) -> bytes:
    """IMAP knows no NUL, and ends each line in one way."""
    return raw.replace(b"\r\n", b"\n").replace(b"\0", b"\x80").rstrip(b"\n")


RUN = Run(
    name="poison",
    bar="4,500 good + 500 hostile letters: 4,500 right, 500 kept and visible, at most 3 tries each",
    play=play,
    goal=("letters", 5000),
    catches=("tries-without-end",),
)
