"""Killing a worker's round: at a step of its conversation with a mail server, or at any time."""

import random
import threading
import time
from collections.abc import Callable

from bench.torture.desk import Doing, Product
from bench.torture.drive import Tally
from bench.torture.moments import Kind, Rule
from bench.torture.proxy import Proxy


def kill_once(
    product: Product, proxy: Proxy, aim: tuple[Kind, str] | None, dice: random.Random, seconds: float, tally: Tally
) -> float:
    """Let a round begin and kill it, at the step aimed at or at any time within the `seconds` that a whole round
    takes; returns how long it takes by now."""
    doings: list[Doing] = []
    proxy.rules.clear()
    if aim:
        pause = dice.choice([0, 0, dice.random() * 0.02])
        proxy.rules.append(Rule(*aim, _killer(doings, pause), skip=dice.choice([0, 0, 1, 1, 3])))
    began = time.monotonic()
    doings.append(product.order("once"))
    if not aim:
        doings[0].wait(dice.uniform(0, 1.1 * seconds))
        doings[0].kill()
    doings[0].wait()
    if doings[0].was_killed:
        tally.counts["kills"] += 1
        return seconds
    tally.counts["rounds that ended before their kill"] += 1
    return 0.7 * seconds + 0.3 * (time.monotonic() - began)


def _killer(doings: list[Doing], pause: float) -> Callable[[], None]:
    """Kills at once, or a moment later while all goes on: what lies behind the step is met too."""

    def kill() -> None:
        if doings and pause:
            threading.Timer(pause, doings[0].kill).start()
        elif doings:
            doings[0].kill()

    return kill
