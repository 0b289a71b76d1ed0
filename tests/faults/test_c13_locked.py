"""C13: a database that somebody else holds: pages say so and when to come back, letters stay, and all goes on alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from tests.faults.until import until
from tests.work.conftest import SUPPORT, Desk, kill, letter
from tests.work.test_full_disk import PASSWORD, Pages


@pytest.fixture
def pages(desk: Desk) -> Iterator[Pages]:
    found = Pages(desk)
    yield found
    kill(found.process)


def test_locked_database_loses_nothing_and_is_over_by_itself(desk: Desk, sandbox: Sandbox, pages: Pages) -> None:
    sandbox.append(SUPPORT, letter("Teapot", number=1))
    until(lambda: len(desk.all(Message)) == 1)
    ticket = "/inbox/tickets/SB-1001"
    with closing(sqlite3.connect(desk.settings.instance / "supportbox.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        sandbox.append(SUPPORT, letter("Kettle", number=2))
        # This first look at the ticket would mark it as seen, and is given all the same.
        status, said = pages.post(f"{ticket}/notes", ticket, text="Meanwhile")
        assert status == 503 and "The database is busy." in said and pages.headers["Retry-After"] == "60"
        assert pages.post("/login", email="ada@demo.example", password=PASSWORD)[0] == 503
        for path in ("/inbox/", "/help/en/"):
            assert pages.get(path)[0] == 200
        assert sandbox.flags(SUPPORT) == [frozenset({"\\Seen"}), frozenset()]
        holder.execute("ROLLBACK")
    until(lambda: len(desk.all(Message)) == 2, 40)
    until(lambda: desk.one(Mailbox).last_error == "", 40)
    assert pages.post(f"{ticket}/notes", ticket, text="After")[0] == 200
    assert [one.text for one in desk.all(Message) if one.kind == "note"] == ["After"]
    assert sandbox.flags(SUPPORT) == [frozenset({"\\Seen"})] * 2
