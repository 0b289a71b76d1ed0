"""Ten thousand letters waiting: all come in, in little memory, the last ones at the cost of the first."""

import time
from datetime import datetime

from bench.torture import letters
from bench.torture.bigmail import measured
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop

LETTERS = 10_000


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: one worker, one backlog; times are read from what it kept, memory from the system."""
    tally = Tally()
    count = 300 if is_short else LETTERS
    mailbox = shop.mailbox()
    posted = letters.write(count, seed)
    for one in posted:
        mailbox.deliver(one.raw)
    desk = shop.desk(mailbox)
    desk.close()
    began = time.monotonic()
    peak, status = measured(desk.instance, ["once"], {})
    tally.note("seconds", round(time.monotonic() - began, 1))
    tally.check(status == 0, f"the worker ended with {status}")
    tally.note("MiB at the peak", round(peak))
    if not is_short:
        kept = desk.rows("SELECT kept_at FROM intake ORDER BY id")
        tally.note("cost of the last tenth, times the second's", _growth([at for (at,) in kept]))
    check_all(desk, mailbox, posted, tally)
    tally.counts["letters"] += count
    return tally


def _growth(kept: list[str]) -> float:
    """How much longer the last tenth took than the second; the first also pays for the start."""
    times = [datetime.fromisoformat(at).timestamp() for at in kept]
    tenth = len(times) // 10
    return round((times[-1] - times[-1 - tenth]) / max(times[2 * tenth] - times[tenth], 0.001), 2)


RUN = Run(
    name="backlog",
    bar="10,000 backlog: all in, at most 150 MiB, cost per letter flat",
    play=play,
    goal=("letters", LETTERS),
    most={"MiB at the peak": 150, "cost of the last tenth, times the second's": 1.5},
)
