"""SupportBox as the torture runs start and kill it: loaded once, then forked for each order, so that a kill is cheap.

    SUPPORTBOX_TORTURE=1 SUPPORTBOX_INSTANCE=FOLDER python -m bench.torture.product [--broken NAME] [--hurry SECONDS]

Reads one order a line from standard input and answers each with lines of JSON: {"pid": ...} when a process of its own
has it, what that process says, and {"exit": ...}. With --now ORDER it does that one order itself.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import configure_mappers

from bench.torture import broken
from bench.torture.hooking import channel, hear, pages
from bench.torture.telling import say
from supportbox import clock
from supportbox.channels.email import imap, letters, send
from supportbox.cli import group
from supportbox.cli.instance import open_core
from supportbox.cli.work import work
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.mail import compose
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.work import Worker

assert letters and compose and work  # loaded before the fork, so that no child pays for them

LATE = ("channels.email.email_channel", "channels.email.send", "search.refresh", "search.tickets", "search.opening")


def once(later: float = 0) -> None:
    """One round of the worker, with a clock that is `later` seconds ahead."""

    def ahead() -> datetime:
        return clock.now() + timedelta(seconds=later)

    with open_core() as app:
        say(faults=Worker(app, clock=ahead).run_once().faults)


def answer(ticket: int, numbers: list[int]) -> None:
    """Ada answers a ticket, a commit an answer; each is acknowledged once it is committed, as a page would."""
    with open_core():
        for number in numbers:
            with transaction() as session:
                ada = session.get_one(Agent, 1)
                reply(session, session.get_one(Ticket, ticket), ada, f"This is answer {number}.", now=clock.now())
            say(saved=number)


def command(*arguments: str) -> None:
    """Any command of the command line."""
    group.main(list(arguments), prog_name="supportbox", standalone_mode=False)


def each(*orders: list[Any]) -> None:
    """Several orders, one after another."""
    for order in orders:
        if obey(order):
            raise SystemExit(1)


def dying(number: int, *order: Any) -> None:
    """An order killed at its statement of that number, counted over all of its databases; at 0 they are counted."""
    met = 0

    def count(*given: Any) -> None:
        nonlocal met
        met += 1
        if met == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    if obey(list(order)):
        raise SystemExit(1)
    say(statements=met)


def together(count: int, *order: Any) -> None:
    """The same order by so many processes, begun within a moment of each other."""
    children = []
    for _ in range(count):
        if (child := os.fork()) == 0:
            code = obey(list(order))
            sys.stdout.flush()
            os._exit(code)
        children.append(child)
        time.sleep(random.random() * 0.05)
    for child in children:
        os.waitpid(child, 0)


ORDERS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (once, answer, each, dying, together, channel, hear)
}


def obey(order: list[Any]) -> int:
    """Do one order: its name, then its arguments; returns the exit status."""
    name, *given = order
    try:
        ORDERS[name](*given) if name in ORDERS else command(name, *given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - a child of ours: its parent needs to know that it failed, and why
        traceback.print_exc()
        return 1
    return 0


def hurry(seconds: float) -> None:
    """Patience for minutes becomes patience for seconds."""
    imap.CONNECT_SECONDS = imap.READ_SECONDS = seconds
    send.COMMAND_SECONDS = send.VERDICT_SECONDS = seconds


def load_all() -> None:
    """What a desk loads when it needs it: done once here, each child has half as much to do."""
    for name in LATE:
        import_module(f"supportbox.{name}")
    configure_mappers()


def main() -> None:
    """Prepare, then obey until nobody orders any more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broken", default="", choices=["", *broken.BROKEN])
    parser.add_argument("--hurry", type=float, default=0)
    parser.add_argument("--now", type=json.loads)
    asked = parser.parse_args()
    broken.be(asked.broken)
    if asked.hurry:
        hurry(asked.hurry)
    if asked.now:
        sys.exit(obey(asked.now))
    load_all()
    for line in sys.stdin:
        order = json.loads(line)
        if order[0] == hear.__name__:
            pages()
        child = os.fork()
        if child == 0:
            os.setsid()
            code = obey(order)
            sys.stdout.flush()
            os._exit(code)
        say(pid=child)
        say(exit=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
