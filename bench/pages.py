"""Measures the desk's pages: 5,000 tickets, the list of 50 and a ticket of 10, against bare Flask in the same run.

    python -m bench.pages --meters FOLDER      FOLDER holds webbench.py and limits_web.py
    python -m bench.pages --seed-only INSTANCE

Prints webbench's lines for both, then our CPU a page as a multiple of theirs. Exit 1 when a bar is missed.
"""

import argparse
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, insert

from supportbox import models
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

assert models
CUSTOMERS = 300
WORDS = (
    "printer",
    "invoice",
    "account",
    "password",
    "reset",
    "login",
    "error",
    "screen",
    "<b>",
    "&",
    "update",
    "order",
)
BARS = {"list": ("sql3", 4.0), "ticket": ("ticket", 5.5)}
NOW = datetime.now(UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meters", type=Path)
    parser.add_argument("--seed-only", type=Path)
    parser.add_argument("--runs", default="5")
    parser.add_argument("--tickets", type=int, default=5000, help="how many; three messages each")
    options = parser.parse_args()
    if options.seed_only:
        print("password:", make_instance(options.seed_only, options.tickets))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), options.meters, options.runs, options.tickets)


def measure(folder: Path, meters: Path, runs: str, tickets: int) -> int:
    """Both servers in turn, the same meter."""
    password = make_instance(folder / "instance", tickets)
    environment = {**os.environ, "DB": str(folder / "limits.db")}
    subprocess.run([sys.executable, meters / "limits_web.py", "seed"], env=environment, check=True)
    port = free_port()
    with serving([sys.executable, str(meters / "limits_web.py"), "serve", str(port)], environment, port) as pid:
        bare = webbench(meters, pid, port, runs, [], sql3="/sql3", ticket="/ticket")
    port = free_port()
    environment = {**os.environ, "SUPPORTBOX_INSTANCE": str(folder / "instance")}
    command = [sys.executable, "-m", "supportbox", "serve", "--no-worker", "--port", str(port)]
    login = [
        "--login",
        f"http://127.0.0.1:{port}/login",
        "--user",
        "email=ada@bench.example",
        "--user",
        f"password={password}",
    ]
    with serving(command, environment, port) as pid:
        ours = webbench(
            meters,
            pid,
            port,
            runs,
            login,
            list="/inbox/open",
            ticket="/inbox/tickets/SB-1",
            search="/inbox/search?q=printer+invoice",
        )
    missed = 0
    for name, (limit, bar) in BARS.items():
        ratio = ours[name] / bare[limit]
        missed += ratio > bar
        print(f"{name}: {ours[name]:.2f} ms, {ratio:.2f} times {limit} ({bare[limit]:.2f} ms), bar {bar}")
    return 1 if missed else 0


def webbench(meters: Path, pid: int, port: int, runs: str, login: list[str], **pages: str) -> dict[str, float]:
    """CPU milliseconds a request, by page, one client."""
    urls = [f"{name}=http://127.0.0.1:{port}{path}" for name, path in pages.items()]
    command = [
        sys.executable,
        str(meters / "webbench.py"),
        "--pids",
        str(pid),
        *login,
        "--c",
        "1",
        "--runs",
        runs,
        *urls,
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(output, end="", flush=True)
    return {name: float(cpu) for name, cpu in re.findall(r"^(\w+) +c=1:.*server cpu +([\d.]+) ms", output, re.M)}


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """A server, for as long as the block lasts."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            time.sleep(0.1)
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing", timeout=5).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                continue
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_instance(folder: Path, tickets: int) -> str:
    """An instance with so many tickets; returns Ada's password."""
    environment = {**os.environ, "SUPPORTBOX_INSTANCE": str(folder)}
    command = [sys.executable, "-m", "supportbox", "init", "--business", "Bench", "--agent", "ada@bench.example"]
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    engine = create_engine(f"sqlite:///{folder / 'supportbox.db'}")
    with engine.begin() as connection:
        fill(connection, random.Random(1), tickets)
    engine.dispose()
    index(folder)
    return output.strip().rpartition("password: ")[2]


def fill(connection: Connection, dice: random.Random, tickets: int) -> None:
    """Tickets as the meter's own bare server has them, in our tables."""
    many = connection.execute
    many(
        insert(Agent),
        [{"email": f"agent{i}@bench.example", "name": f"Agent {i}", "created_at": NOW} for i in range(2, 11)],
    )
    many(insert(Mailbox), [{"address": "support@bench.example", "name": "Support", "created_at": NOW}])
    many(insert(Customer), [{"name": f"User {i}", "created_at": NOW} for i in range(CUSTOMERS)])
    contacts = [
        {"customer_id": i + 1, "kind": "email", "value": f"user{i}@example.com", "created_at": NOW}
        for i in range(CUSTOMERS)
    ]
    many(insert(Contact), contacts)
    many(insert(Tag), [{"name": name} for name in ("vip", "invoice", "delivery")])
    many(insert(Ticket), [ticket(i, dice, tickets) for i in range(tickets)])
    many(insert(TicketTag), [{"ticket_id": i + 1, "tag_id": 1 + i % 3} for i in range(0, tickets, 4)])
    many(insert(Message), [message(i, dice, tickets) for i in range(3 * tickets)])
    many(insert(Event), [{"at": NOW, "kind": "received", "ticket_id": i + 1, "data": {}} for i in range(tickets)])


def ticket(i: int, dice: random.Random, tickets: int) -> dict[str, object]:
    status = dice.choice(["open", "waiting", "closed"]) if i else "open"
    at = NOW - timedelta(minutes=5 * (tickets - i))
    return {
        "id": i + 1, "subject": " ".join(dice.choices(WORDS, k=6)), "subject_key": "", "status": status,
        "customer_id": 1 + i % CUSTOMERS, "mailbox_id": 1, "assignee_id": dice.choice([None, 1, 2, 3]),
        "preview": " ".join(dice.choices(WORDS, k=18)), "message_count": 10 if not i else 3, "created_at": at,
        "updated_at": at, "customer_at": at, "waiting_since": at if status == "open" else None,
        "seen_at": NOW if i % 3 else None,
    }  # fmt: skip


def message(i: int, dice: random.Random, tickets: int) -> dict[str, object]:
    number = 1 if i < 10 else 2 + i % (tickets - 1)
    is_agent = i % 2 == 1
    return {
        "ticket_id": number, "kind": "agent" if is_agent else "customer", "channel": "email", "mailbox_id": 1,
        "at": NOW - timedelta(minutes=3 * tickets - i), "agent_id": 1 if is_agent else None,
        "sender_name": "Ada" if is_agent else "User 0", "visible_text": "",
        "text": " ".join(dice.choices(WORDS, k=250)),
        "sender_value": "ada@bench.example" if is_agent else "user0@example.com", "body_hash": "", "verdict": "deliver",
        "facts": {},
    }  # fmt: skip


def index(folder: Path) -> None:
    """Make the tickets findable, as the worker does."""
    from supportbox import config
    from supportbox.app import create_core
    from supportbox.search.tickets import index_tickets
    from supportbox.store import transaction

    with create_core(config.load({}, instance=folder)).app_context():
        while True:
            with transaction() as session:
                if not index_tickets(session):
                    return


if __name__ == "__main__":
    sys.exit(main())
