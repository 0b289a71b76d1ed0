"""A kill at every statement that makes or changes the database: afterwards the old one works, or the new one does."""

import random
import shutil

from bench.torture.desk import Desk
from bench.torture.drive import Run, Tally
from bench.torture.shop import Shop

KILLS = 40  # of one round
ROUNDS = 10  # enough for every statement that there is


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: `init` is killed at some of its statements, by turns all of them; then it is done again, and works."""
    tally = Tally()
    most = _statements(shop, tally)
    first, kills = seed // 1000 * KILLS, 2 if is_short else KILLS
    numbers = random.Random(seed).sample(range(1, most + 1), kills) if is_short else range(first + 1, first + 1 + KILLS)
    tally.check(most <= KILLS * ROUNDS, f"{most} statements are more than are tried")
    tally.counts["places"] += len(numbers)
    for number in numbers:
        if number > most:
            break
        desk = Desk(shop.folder / f"new-{seed}-{number}", shop.folder)
        shop.desks.append(desk)
        product = desk.product(broken=broken, is_another=True)
        dying = product.order("dying", number, "init")
        dying.wait()
        tally.check(dying.was_killed, f"statement {number}: it was not killed, but ended with {dying.status}")
        again = product.order("init")
        again.wait()
        is_made = again.status == 0 or (desk.instance / "supportbox.db").exists()
        tally.check(is_made, f"statement {number}: neither an old nor a new database: {again.heard('printed')}")
        product.do("once")
        tally.check(desk.rows("PRAGMA integrity_check") == [("ok",)], f"statement {number}: damaged")
        desk.close()
        shop.desks.remove(desk)
        shutil.rmtree(desk.instance)
        tally.counts["kills"] += 1
    return tally


def _statements(shop: Shop, tally: Tally) -> int:
    """How many there are."""
    desk = Desk(shop.folder / "counted", shop.folder)
    shop.desks.append(desk)
    (number,) = desk.product(is_another=True).do("dying", 0, "init").heard("statements")
    desk.close()
    shop.desks.remove(desk)
    shutil.rmtree(desk.instance)
    tally.note("statements", number)
    return int(number)


RUN = Run(
    name="migrate_kill",
    bar="a kill at every statement of every migration: the old version starts or the new one does",
    play=play,
    goal=("places", KILLS * ROUNDS),
    catches=("init-in-place",),
)
