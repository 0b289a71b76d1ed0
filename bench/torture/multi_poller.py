"""Four workers on one mailbox: each letter once, by the lock, without it by the lease, without that by their key."""

from bench.torture import letters
from bench.torture.desk import without_key
from bench.torture.drive import Run, Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop

WORKERS, LETTERS = 4, 500  # of one round, for each way to keep workers apart


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: letters come in while four workers fetch, one at a time as lock and lease want it, then all at once."""
    tally = Tally()
    for build in [broken] if broken else ["", "other-hosts", "keys-alone"]:
        _fetch_together(shop, seed, build, 12 if is_short else LETTERS, tally)
    return tally


def _fetch_together(shop: Shop, seed: int, build: str, count: int, tally: Tally) -> None:
    mailbox = shop.mailbox()
    desk = shop.desk(mailbox)
    if build == "no-unique-key":
        without_key(desk)
    product = desk.product(broken=build)
    posted = letters.write(count, seed)
    waiting, share = list(posted), max(6, count // 5)
    while waiting:
        for one in waiting[:share]:
            mailbox.deliver(one.raw)
        del waiting[:share]
        product.do("together", WORKERS, "once")
        tally.counts["rounds"] += WORKERS
    product.do("once")
    check_all(desk, mailbox, posted, tally)
    tally.counts["letters"] += count


RUN = Run(
    name="multi_poller",
    bar="4 workers × 5,000 letters: each letter once",
    play=play,
    goal=("letters", 5000),
    catches=("no-unique-key",),
)
