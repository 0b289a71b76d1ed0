"""SIGKILL while letters come in: none lost, none doubled, none marked on the server before it is safe here."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.torture import letters
from bench.torture.desk import Desk, Product
from bench.torture.drive import Run, Tally
from bench.torture.killing import kill_once
from bench.torture.letters import Posted
from bench.torture.moments import Kind
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop
from supportbox.work.understand import STOPPED
from tests.dovecot import DovecotMailbox

LETTERS, KILLS = 500, 100  # of one round
MESSAGES = "SELECT ticket_id, kind, text FROM message ORDER BY id"
# Where a kill is aimed at: before and after each step of the order in which a letter is kept.
STEPS: list[tuple[Kind, str]] = [
    ("command", "LOGIN"),
    ("answer", "SELECT"),
    ("answer", "UID SEARCH"),
    ("command", "UID FETCH"),
    ("answer", "UID FETCH"),
    ("literal", "UID FETCH"),
    ("command", "UID STORE"),
    ("answer", "UID STORE"),
    ("command", "LOGOUT"),
]
AT_THE_MARK: list[tuple[Kind, str]] = [("answer", "UID STORE")]


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round: letters posted a few at a time, a worker killed each time, and a desk without kills beside it."""
    dice, tally = random.Random(seed), Tally()
    posted = letters.write(30 if is_short else LETTERS, seed)
    kills = 8 if is_short else KILLS
    aims = AT_THE_MARK if broken else STEPS
    mailbox = shop.mailbox()
    with Proxy(mailbox.port, "IMAP") as proxy:
        desk = shop.desk(mailbox, imap_port=proxy.port)
        product = desk.product(broken=broken)
        waiting, seconds = list(posted), 0.4
        while tally.counts["kills"] < kills:
            share = min(len(waiting), dice.randrange(0, 2 * len(posted) // kills + 1))
            for one in waiting[:share]:
                mailbox.deliver(one.raw)
            del waiting[:share]
            seconds = kill_once(product, proxy, _aim(dice, aims), dice, seconds, tally)
            check_flags(desk, mailbox, posted, tally)
        for one in waiting:
            mailbox.deliver(one.raw)
        proxy.rules.clear()
        for _ in range(2):
            _finish(product, tally)
        aside = _replay(desk, product, tally)
    check_all(desk, mailbox, posted, tally)
    if not broken:
        _compare(shop, desk, posted, tally, look=words if aside else tickets)
    tally.counts["letters"] += len(posted)
    return tally


def _replay(desk: Desk, product: Product, tally: Tally) -> int:
    """A letter in whose reading the worker was killed three times is set aside, as promised: nobody can know that it
    was not the letter. Somebody looks at it and has it read again; how often that was needed is in the run's row."""
    query = "SELECT count(*) FROM intake WHERE state = 'quarantined' AND attempts = 3 AND reason = ?"
    ((aside,),) = desk.rows(query, STOPPED)
    if aside:
        product.do("mail", "replay", "--quarantined")
        tally.counts["set aside after three kills in them, and replayed"] += aside
    return int(aside)


def _finish(product: Product, tally: Tally) -> None:
    faults = product.do("once").heard("faults")
    tally.check(faults == [{}], f"the last round is not clean: {faults}")


def _aim(dice: random.Random, aims: list[tuple[Kind, str]]) -> tuple[Kind, str] | None:
    """A step for half of the kills, none for those that come at any time."""
    return dice.choice(aims) if dice.random() < 0.5 or len(aims) == 1 else None


def check_flags(desk: Desk, mailbox: DovecotMailbox, posted: list[Posted], tally: Tally) -> None:
    """Every letter marked on the server is on our disk with its very bytes, and in our database."""
    marked = [one.raw for one in mailbox.messages() if "S" in one.flags]
    kept = dict(desk.rows("SELECT sha256, path FROM intake WHERE path != ''"))
    for raw in marked:
        sha256 = hashlib.sha256(raw).hexdigest()
        is_safe = sha256 in kept and desk.raw(kept[sha256]) == raw
        tally.check(is_safe, f"letter {letters.number_in(raw.decode('latin-1'))} is marked on the server, not kept")
    tally.counts["marks seen"] = max(tally.counts["marks seen"], len(marked))


def check_all(desk: Desk, mailbox: DovecotMailbox, posted: list[Posted], tally: Tally) -> None:
    """Each letter is one message, in order, and nothing waits."""
    found = Counter(letters.number_in(text) for _, kind, text in desk.rows(MESSAGES) if kind == "customer")
    for one in posted:
        number = found.pop(one.number, 0)
        tally.check(number > 0, f"letter {one.number} is lost")
        tally.check(number < 2, f"letter {one.number} is there {number} times")
    tally.check(not found, f"messages of no letter: {dict(found)}")
    states = Counter(state for (state,) in desk.rows("SELECT state FROM intake"))
    tally.check(set(states) <= {"done"}, f"intakes that are not done: {dict(states)}")
    (said,) = desk.rows("PRAGMA integrity_check")
    tally.check(said == ("ok",), f"integrity: {said}")
    unmarked = sum("S" not in one.flags for one in mailbox.messages())
    tally.check(unmarked == 0, f"{unmarked} letters are not marked on the server")


def _compare(shop: Shop, desk: Desk, posted: list[Posted], tally: Tally, look: Callable[[Desk], list[Any]]) -> None:
    """The same letters without a kill make the same tickets."""
    mailbox = shop.mailbox()
    for one in posted:
        mailbox.deliver(one.raw)
    calm = shop.desk(mailbox)
    calm.product().do("once")
    killed, whole = look(desk), look(calm)
    odd = next((pair for pair in zip(killed, whole, strict=False) if pair[0] != pair[1]), (len(killed), len(whole)))
    tally.check(killed == whole, f"other tickets than without kills: {str(odd)[:300]}")


def tickets(desk: Desk) -> list[Any]:
    """All that people see of the tickets, without times and random names."""
    with desk.database() as connection:
        ask: Callable[[str], list[Any]] = lambda query: [tuple(row) for row in connection.execute(query)]  # noqa: E731 - short
        tables = [
            ask("SELECT id, subject, status, message_count, customer_id, preview FROM ticket ORDER BY id"),
            ask("SELECT ticket_id, kind, sender_value, text, external_id, facts FROM message ORDER BY id"),
            ask("SELECT message_id, filename, size, sha256 FROM attachment ORDER BY id"),
            ask("SELECT kind, ticket_id, message_id FROM event ORDER BY id"),
            ask("SELECT name FROM customer ORDER BY id"),
        ]
    return [json.loads(json.dumps(row)) for rows in tables for row in rows]


def words(desk: Desk) -> list[Any]:
    """All that came in, in no order: a letter that was replayed is in another place."""
    messages = desk.rows("SELECT kind, sender_value, text, external_id FROM message")
    files = desk.rows("SELECT filename, size, sha256 FROM attachment")
    return sorted(map(str, [*messages, *files]))


RUN = Run(
    name="kill_ingest",
    bar="1,000 SIGKILLs over 5,000 letters: 0 lost, 0 doubled, tickets as without kills",
    play=play,
    goal=("kills", 1000),
    catches=("flag-before-store",),
)
