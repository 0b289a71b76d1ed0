"""Measures a desk that has grown: 100,000 tickets and 400,000 messages beside one of a tenth, with the same pages.

    python -m bench.large [--tickets 100000] [--seconds 30] [--keep FOLDER]

Twenty requests a second reach each server, which has one core to itself; asked are folders, tickets and searches. The
bars: p95 at most 150 ms, and the median of the large desk at most 1.3 times the small one's. Exit 1 when one is missed.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy import Connection, create_engine, insert

from bench.pages import free_port, index, serving
from supportbox import models
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

assert models
NOW = datetime.now(UTC)
A_SECOND = 20
P95_MS, GROWTH = 150.0, 1.3
FOLDERS = ("unassigned", "mine", "assigned", "open", "waiting", "snoozed", "closed", "spam")
MESSAGES = 4
COMMON = 300  # words that most letters have; the others are rare and what people search for


@dataclass
class Measured:
    """Milliseconds by page: as a browser waited, and as the server worked."""

    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    worked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where the desks are made, and found again")
    parser.add_argument("--meters", help="taken and not needed, so that all measurements are called alike")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        small = measure(folder, options.tickets // 10, options.seed, options.seconds)
        large = measure(folder, options.tickets, options.seed, options.seconds)
    return 1 if report(small, large, options.tickets) else 0


def report(small: Measured, large: Measured, tickets: int) -> int:
    """Print one line a page; returns how many bars were missed."""
    missed = small.failures + large.failures
    if missed:
        print(f"{missed} requests failed")
    for page in sorted(large.waited):
        p95 = statistics.quantiles(large.waited[page], n=20)[18]
        before, after = statistics.median(small.worked[page]), statistics.median(large.worked[page])
        missed += (p95 > P95_MS) + (after / before > GROWTH)
        print(
            f"{page}: p95 {p95:.0f} ms of {P95_MS:.0f} at {tickets} tickets; median of the server's work"
            f" {after:.1f} ms, {after / before:.2f} times that at {tickets // 10} (bar {GROWTH})",
            flush=True,
        )
    return missed


def measure(folder: Path, tickets: int, seed: int, seconds: float) -> Measured:
    """One desk, made unless it is there, under the steady load."""
    instance = folder / f"desk-{tickets}-{seed}"
    if not (instance / "password").exists():
        (instance.parent).mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        password = make(instance, tickets, seed)
        (instance / "password").write_text(password)
        print(f"{tickets} tickets made in {time.monotonic() - began:.0f} s", flush=True)
    password = (instance / "password").read_text()
    port = free_port()
    environment = {**os.environ, "SUPPORTBOX_INSTANCE": str(instance)}
    command = [sys.executable, "-m", "supportbox", "serve", "--no-worker", "--port", str(port)]
    if hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1:
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0))), *command]
    with serving(command, environment, port):
        cookie = sign_in(port, password)
        asks = list(requests(tickets, seed))
        load(port, cookie, asks[: A_SECOND * 5], Measured())  # warms caches, as the first minutes of a day do
        measured = Measured()
        load(port, cookie, asks[: int(A_SECOND * seconds)], measured)
    return measured


def requests(tickets: int, seed: int) -> Iterator[tuple[str, str]]:
    """What agents ask for: the kind of page and its address."""
    dice, words = random.Random(seed + 1), vocabulary(seed)
    for _ in range(100_000):
        kind = dice.choices(("folder", "later page", "ticket", "search"), (35, 5, 40, 20))[0]
        if kind == "ticket":
            yield kind, f"/inbox/tickets/SB-{dice.randint(1, tickets)}"
        elif kind == "search":
            # A hundred hits at most, whatever the size of the desk.
            number = dice.randint(1, tickets)
            yield kind, "/inbox/search?q=" + quote(f"{rare_word(number, words)} {words[dice.randint(0, 40)]}")
        elif kind == "later page":
            moment = int((NOW - timedelta(days=dice.randint(1, 300))).timestamp() * 1_000_000)
            yield kind, f"/inbox/closed?after={moment}.{tickets}&start=51"
        else:
            yield kind, f"/inbox/{dice.choice(FOLDERS)}"


def load(port: int, cookie: str, asks: list[tuple[str, str]], measured: Measured) -> None:
    """Open loop: each request leaves at its time, whether or not the one before it has been answered."""
    lock, local, begin = threading.Lock(), threading.local(), time.monotonic()

    def ask(number: int, kind: str, path: str) -> None:
        planned = begin + number / A_SECOND
        time.sleep(max(0.0, planned - time.monotonic()))
        connection = getattr(local, "connection", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        local.connection = connection
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        waited = (time.monotonic() - planned) * 1000
        timing = re.search(r"dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        with lock:
            measured.failures += answer.status >= 400
            measured.waited[kind].append(waited)
            measured.worked[kind].append(float(timing[1]) if timing else waited)

    with ThreadPoolExecutor(8) as pool:
        for number, (kind, path) in enumerate(asks):
            pool.submit(ask, number, kind, path)


def sign_in(port: int, password: str) -> str:
    """The cookie of Ada's session."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    page = answer.read().decode()
    cookie = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    form = {"email": "ada@bench.example", "password": password, "csrf_token": token[1] if token else ""}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        raise SystemExit(f"signing in was answered with {answer.status}")
    return (answer.headers.get("Set-Cookie") or "").partition(";")[0]


def make(folder: Path, tickets: int, seed: int) -> str:
    """An instance of that size; returns Ada's password."""
    environment = {**os.environ, "SUPPORTBOX_INSTANCE": str(folder)}
    command = [sys.executable, "-m", "supportbox", "init", "--business", "Bench", "--agent", "ada@bench.example"]
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    engine = create_engine(f"sqlite:///{folder / 'supportbox.db'}")
    with engine.begin() as connection:
        fill(connection, tickets, seed)
    engine.dispose()
    index(folder)
    return output.strip().rpartition("password: ")[2]


def fill(connection: Connection, tickets: int, seed: int) -> None:
    """The tables of a desk that is some years old: most tickets closed, a few dozen a mailbox open."""
    dice, words = random.Random(seed), vocabulary(seed)
    customers = max(100, tickets // 5)
    in_parts(connection, Agent, 9, lambda i: {"email": f"agent{i}@bench.example", "name": f"Agent {i}",
                                              "created_at": NOW})  # fmt: skip
    in_parts(connection, Mailbox, 3, lambda i: {"address": f"desk{i}@bench.example", "name": f"Desk {i}",
                                                "created_at": NOW})  # fmt: skip
    in_parts(connection, Customer, customers, lambda i: {"name": f"User {i}", "created_at": NOW})
    in_parts(connection, Contact, customers, lambda i: {"customer_id": i + 1, "kind": "email", "created_at": NOW,
                                                        "value": f"user{i}@example.com"})  # fmt: skip
    in_parts(connection, Tag, 30, lambda i: {"name": f"tag{i}"})
    # The newest thousand are where the work is, however many came before them.
    in_parts(connection, Ticket, tickets, lambda i: ticket(i, tickets, customers, dice, words))
    in_parts(connection, TicketTag, tickets // 5, lambda i: {"ticket_id": i * 5 + 1, "tag_id": 1 + i % 30})
    in_parts(connection, Message, MESSAGES * tickets, lambda i: message(i, tickets, customers, dice, words))
    in_parts(connection, Event, tickets, lambda i: {"at": NOW, "kind": "received", "ticket_id": i + 1, "data": {}})


def in_parts(connection: Connection, model: type, number: int, row: Callable[[int], dict[str, object]]) -> None:
    """Insert so many rows, a few thousand at a time."""
    for first in range(0, number, 5000):
        connection.execute(insert(model), [row(i) for i in range(first, min(number, first + 5000))])


def ticket(i: int, tickets: int, customers: int, dice: random.Random, words: list[str]) -> dict[str, object]:
    is_recent = i >= tickets - 1000
    status = dice.choices(("open", "waiting", "closed", "spam"), (40, 30, 25, 5))[0] if is_recent else "closed"
    at = NOW - timedelta(days=365) * ((tickets - i) / tickets)
    is_snoozed = is_recent and status == "waiting" and i % 10 == 0
    return {
        "id": i + 1, "subject": " ".join(dice.choices(words[:2000], k=6)), "subject_key": "", "status": status,
        "customer_id": 1 + i % customers, "mailbox_id": 1 + i % 3, "assignee_id": dice.choice([None, 1, 2, 3]),
        "preview": " ".join(dice.choices(words[:COMMON], k=18)), "message_count": MESSAGES, "created_at": at,
        "updated_at": at, "customer_at": at, "waiting_since": at if status == "open" else None,
        "closed_at": at if status == "closed" else None, "seen_at": NOW if i % 3 else None,
        "snoozed_until": NOW + timedelta(days=2) if is_snoozed else None,
    }  # fmt: skip


def message(i: int, tickets: int, customers: int, dice: random.Random, words: list[str]) -> dict[str, object]:
    number, turn = 1 + i // MESSAGES, i % MESSAGES
    is_agent = turn % 2 == 1
    text = " ".join(dice.choices(words[:COMMON], k=70)) + f" {rare_word(number, words)} " + dice.choice(words)
    return {
        "ticket_id": number, "kind": "agent" if is_agent else "customer", "channel": "email", "text": text,
        "mailbox_id": 1 + (number - 1) % 3, "at": NOW - timedelta(days=365) * ((tickets - number) / tickets),
        "agent_id": 1 if is_agent else None, "contact_id": None if is_agent else 1 + (number - 1) % customers,
        "sender_name": "Ada" if is_agent else "User", "visible_text": "", "body_hash": "", "verdict": "deliver",
        "sender_value": "ada@bench.example" if is_agent else f"user{(number - 1) % customers}@example.com", "facts": {},
    }  # fmt: skip


def rare_word(number: int, words: list[str]) -> str:
    """A word that about a hundred tickets share, whatever the size of the desk."""
    group = number // 100
    return f"{words[group % 997]}{group}"


def vocabulary(seed: int) -> list[str]:
    """Words as a language has them: a few hundred common ones first."""
    dice = random.Random(seed)
    syllables = [first + vowel + last for first in "bdfgklmnprstv" for vowel in "aeiou" for last in ("", "n", "r", "s")]
    return list(dict.fromkeys("".join(dice.choices(syllables, k=dice.randint(2, 3))) for _ in range(20_000)))


if __name__ == "__main__":
    sys.exit(main())
