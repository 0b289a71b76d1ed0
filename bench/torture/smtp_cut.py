"""Lines cut after the letter's final dot, before the server's word: nothing leaves twice, and people are told."""

import random
import time
from collections.abc import Callable

from bench.torture.desk import Desk, Product
from bench.torture.drive import Run, Tally
from bench.torture.kill_send import HOURS, TICKET, copies_of_answers, open_ticket
from bench.torture.moments import Kind, Rule
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop

BATCH, BATCHES = 20, 10  # of one round
HURRY = 1.0  # stands for the ten minutes that a server may take for its word
_FATES = (
    "SELECT message.text, delivery.state, (julianday(event.at) - julianday(delivery.claimed_at)) * 86400 FROM message "
    "JOIN delivery ON delivery.message_id = message.id "
    "LEFT JOIN event ON event.message_id = message.id AND event.kind = 'delivery_uncertain'"
)
_late = 0.4 * HURRY

# How the line ends: when, by what, and whether it is a cut (or a word that only comes late).
ENDINGS: dict[str, tuple[Kind, str | Callable[[], object], bool]] = {
    "cut before the server has the dot": ("command", "cut", True),
    "cut after the server has the letter": ("answer", "cut", True),
    "reset after the server has the letter": ("answer", "reset", True),
    "garbage instead of a word": ("answer", "garbage", True),
    "silence": ("answer", "stall", True),
    "a late word": ("answer", lambda: time.sleep(_late), False),
}


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: batches of answers, each batch with an ending of its own; then three days pass."""
    dice, tally = random.Random(seed), Tally()
    with Proxy(shop.sandbox.smtp_port, "SMTP") as proxy:
        desk = open_ticket(shop, smtp_port=proxy.port)
        product = desk.product(broken=broken, hurry=HURRY)
        wanted: dict[int, str] = {}
        for ending in _endings(dice, is_short):
            size = 2 if is_short or ending in ("silence", "a late word") else BATCH
            numbers = range(len(wanted) + 1, len(wanted) + 1 + size)
            wanted |= dict.fromkeys(numbers, ending)
            _send(product, proxy, list(numbers), ending)
            # On a machine out of breath a line can be given up before its letter begins: that one was never cut.
            wanted |= dict.fromkeys(_put_off(desk), "")
        proxy.rules.clear()
        for later in (2 * HOURS, 80 * HOURS):
            product.do("once", later)
    _check(shop, desk, wanted, tally)
    return tally


def _endings(dice: random.Random, is_short: bool) -> list[str]:
    """Each once; long, the quick ones again and again."""
    more = [] if is_short else dice.choices(list(ENDINGS)[:4], k=BATCHES)
    return [*ENDINGS, *more]


def _send(product: Product, proxy: Proxy, numbers: list[int], ending: str) -> None:
    kind, act, _ = ENDINGS[ending]
    product.do("answer", TICKET, numbers)
    proxy.rules[:] = [Rule(kind, ".", act, times=len(numbers))]
    product.do("once")


def _put_off(desk: Desk) -> list[int]:
    """Answers whose letter has not begun to leave."""
    # The hash of a letter's words is written down before its first word leaves, and stays.
    waiting = "delivery.state = 'queued' AND delivery.body_hash = ''"
    texts = desk.rows(f"SELECT text FROM message JOIN delivery ON message_id = message.id WHERE {waiting}")
    return [int(text.split()[-1].rstrip(".")) for (text,) in texts if "This is answer" in text]


def _check(shop: Shop, desk: Desk, wanted: dict[int, str], tally: Tally) -> None:
    copies = copies_of_answers(shop)
    for text, state, seconds in desk.rows(_FATES):
        number = int(text.split()[-1].rstrip(".")) if "This is answer" in text else 0
        if not number:
            continue
        ending = wanted.pop(number)
        is_cut = bool(ending) and ENDINGS[ending][2]
        tally.counts["cuts" if is_cut else "late words" if ending else "put off before their letter"] += 1
        there = copies[number]
        tally.check(there < 2, f"answer {number} ({ending}) arrived {there} times")
        if is_cut:
            tally.check(state == "uncertain", f"answer {number} ({ending}) is {state}, not uncertain")
        else:
            tally.check((state, there) == ("sent", 1), f"answer {number} ({ending}) is {state}, {there} copies")
        if seconds is not None:
            tally.note("seconds until shown", round(seconds, 2))
    tally.check(not wanted, f"answers without a delivery: {sorted(wanted)}")


RUN = Run(
    name="smtp_cut",
    bar="1,000 cuts after the final dot: 0 doubled, all shown `uncertain` within 60 s",
    play=play,
    goal=("cuts", 1000),
    catches=("retry-after-data",),
    most={"seconds until shown": 60},
)
