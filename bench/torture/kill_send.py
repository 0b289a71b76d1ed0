"""SIGKILL while answers are saved and sent: what was saved is queued, and nothing leaves twice."""

import random
import re
import time
from collections import Counter

from bench.torture import letters
from bench.torture.desk import Desk, Doing
from bench.torture.drive import Run, Tally
from bench.torture.killing import kill_once
from bench.torture.moments import Kind
from bench.torture.proxy import Proxy
from bench.torture.shop import CLEO, Shop
from tests.dovecot import DovecotMailbox

ANSWERS, KILLS = 200, 100  # of one round
TICKET = 1001
HOURS = 3600.0
_NUMBER = re.compile(rb"This is answer (\d+)\.")
STEPS: list[tuple[Kind, str]] = [
    ("command", "MAIL"),
    ("answer", "RCPT"),
    ("command", "DATA"),
    ("answer", "DATA"),
    ("command", "."),
    ("answer", "."),
    ("command", "QUIT"),
]
AFTER_DATA: list[tuple[Kind, str]] = [("answer", ".")]


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: Ada writes answers in one process, the worker sends in another, and both are killed again and again."""
    dice, tally = random.Random(seed), Tally()
    kills = 14 if is_short else KILLS
    waiting = list(range(1, (30 if is_short else ANSWERS) + 1))
    aims = AFTER_DATA if broken == "retry-after-data" else STEPS
    with Proxy(shop.sandbox.smtp_port, "SMTP") as proxy:
        desk = open_ticket(shop, smtp_port=proxy.port)
        worker, writer = desk.product(broken=broken), desk.product(broken=broken, is_another=True)
        acknowledged: set[int] = set()
        seconds = 0.4
        while tally.counts["kills"] < kills:
            share = [waiting.pop(0) for _ in range(min(len(waiting), 2 * len(waiting) // kills + 2))]
            writing = writer.order("answer", TICKET, share)
            is_together = dice.random() < 0.5
            if not is_together:
                acknowledged |= _kill_writer(writing, len(share), dice, tally)
            aim = dice.choice(aims) if dice.random() < 0.6 or len(aims) == 1 else None
            seconds = kill_once(worker, proxy, aim, dice, seconds, tally)
            if is_together:
                acknowledged |= _kill_writer(writing, len(share), dice, tally)
            saved = _saved(desk)
            waiting = [number for number in share if number not in saved] + waiting
        if waiting:
            acknowledged |= set(writer.do("answer", TICKET, waiting).heard("saved"))
        proxy.rules.clear()
        for later in (0, 2 * HOURS, 80 * HOURS):
            worker.do("once", later)
    _check(desk, copies_of_answers(shop), acknowledged, tally)
    return tally


def open_ticket(shop: Shop, *, smtp_port: int = 0, mailbox: DovecotMailbox | None = None) -> Desk:
    """A desk with one ticket of Cleo's, who has a mailbox in the world."""
    mailbox = mailbox or shop.mailbox()
    raw = letters.write(1, 0)[0].raw
    mailbox.deliver(re.sub(rb"(?m)^From: .*\r$", f"From: Cleo <{CLEO}>\r".encode(), raw, count=1))
    desk = shop.desk(mailbox, smtp_port=smtp_port)
    desk.products[0].do("once")
    return desk


def copies_of_answers(shop: Shop) -> Counter[int]:
    """How often each answer is in Cleo's mailbox."""
    found = (_NUMBER.search(raw) for raw in shop.sandbox.inbox(CLEO))
    return Counter(int(one[1]) for one in found if one)


def _kill_writer(writing: Doing, most: int, dice: random.Random, tally: Tally) -> set[int]:
    """Kill while answers are saved, soon after one of them was; those that were acknowledged."""
    wanted = dice.randrange(most + 1)
    while len(writing.heard("saved")) < wanted and not writing.wait(0.001):
        continue
    time.sleep(dice.random() * 0.01)
    writing.kill()
    writing.wait()
    tally.counts["kills"] += writing.was_killed
    return set(writing.heard("saved"))


def _saved(desk: Desk) -> Counter[int]:
    texts = desk.rows("SELECT text FROM message WHERE kind = 'agent'")
    return Counter(int(text.split()[-1].rstrip(".")) for (text,) in texts)


def _check(desk: Desk, copies: Counter[int], acknowledged: set[int], tally: Tally) -> None:
    saved = _saved(desk)
    for number in acknowledged - set(saved):
        tally.wrong.append(f"answer {number} was acknowledged and is gone")
    fates = desk.rows("SELECT text, delivery.state, delivery.phase FROM message LEFT JOIN delivery "
                      "ON delivery.message_id = message.id WHERE message.kind = 'agent'")  # fmt: skip
    for text, state, _ in fates:
        number = int(text.split()[-1].rstrip("."))
        there = copies[number]
        tally.check(state is not None, f"answer {number} is saved and was never queued")
        tally.check(state in (None, "sent", "uncertain"), f"answer {number} is still {state}")
        tally.check(there < 2, f"answer {number} arrived {there} times")
        tally.check(state != "sent" or there == 1, f"answer {number} counts as sent and arrived {there} times")
        tally.counts[str(state)] += 1
    for number, times in saved.items():
        tally.check(times == 1, f"answer {number} is saved {times} times")
    tally.check(len(fates) == len(saved), f"{len(saved)} answers have {len(fates)} deliveries")
    tally.counts["answers"] += len(saved)


RUN = Run(
    name="kill_send",
    bar="1,000 kills during 2,000 answers: 0 saved but unqueued, 0 sent twice",
    play=play,
    goal=("kills", 1000),
    catches=("retry-after-data", "queued-apart"),
)
