"""SIGTERM while letters come in: the letter in hand is finished, the process ends soon, nothing is lost or doubled."""

import random
import signal
import time

from bench.torture import letters
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop

STOPS, LETTERS = 50, 500  # of one round


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: the worker as a service starts it, stopped as a service stops it, again and again."""
    dice, tally = random.Random(seed), Tally()
    stops, count = (4, 40) if is_short else (STOPS, LETTERS)
    mailbox = shop.mailbox()
    posted = letters.write(count, seed)
    waiting = list(posted)
    desk = shop.desk(mailbox)
    product = desk.product(broken=broken)
    for _ in range(stops):
        for one in waiting[: (share := -(-count // stops))]:
            mailbox.deliver(one.raw)
        del waiting[:share]
        doing = product.order("work")
        while not doing.heard("printed"):  # "at work": from here on it is to end in good order
            time.sleep(0.005)
        time.sleep(dice.random() * 0.5)
        began = time.monotonic()
        doing.kill(signal.SIGTERM)
        doing.wait()
        tally.note("seconds to end", round(time.monotonic() - began, 2))
        tally.check(doing.status == 0, f"it ended with {doing.status}")
        # Kept with one try to come; a second one is counted for those that were left for the next start.
        ((tries,),) = desk.rows("SELECT coalesce(max(attempts), 0) FROM intake")
        tally.check(tries <= 2, f"a letter was tried {tries} times")
        tally.counts["stops"] += 1
    product.do("once")
    check_all(desk, mailbox, posted, tally)
    return tally


RUN = Run(
    name="sigterm",
    bar="SIGTERM 200 times in a batch: ends within 10 s, each letter once",
    play=play,
    goal=("stops", 200),
    catches=("deaf-to-signals",),
    most={"seconds to end": 10},
)
