"""C15: a damaged database is not written to, and its owner is told of the backup; a lost log is made good."""

import random
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from supportbox import clock, store
from supportbox.app import create_app
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.people.hiring import hire
from supportbox.store import transaction
from tests.dovecot import DovecotMailbox
from tests.web import desk as web_desk
from tests.work.conftest import Desk, kill, letter

FLIPS = 60
PAGE = 4096


def database(desk: Desk) -> Path:
    return desk.settings.instance / "supportbox.db"


def close(desk: Desk) -> bytes:
    """Let go of the database; its bytes, with all of its log in it."""
    store.db.session.remove()
    store.db.engine.dispose()
    with closing(sqlite3.connect(database(desk))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database(desk).read_bytes()


def run(desk: Desk, *arguments: str) -> tuple[int, str]:
    process = desk.command(*arguments)
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def is_whole(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def spoil(desk: Desk, whole: bytes, table: str) -> None:
    """The page from which all of a table is found holds nothing any more."""
    with closing(sqlite3.connect(database(desk))) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    bad = bytearray(whole)
    bad[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    database(desk).write_bytes(bad)


@pytest.fixture
def full(dovecot_desk: Desk, dovecot: DovecotMailbox) -> Desk:
    """A desk with letters enough for pages of every kind."""
    for number in range(1, 41):
        dovecot.deliver(letter(f"Matter {number}", "A line of text.\n" * 80, number=number))
    assert dovecot_desk.once().faults == {}
    return dovecot_desk


def test_each_damage_that_sqlite_can_see_stops_the_start(full: Desk, tmp_path: Path) -> None:
    """Bits are flipped in pages' heads, where the tree is kept: what they say decides where everything else is."""
    whole, dice = close(full), random.Random(15)
    damaged = []
    for number in range(FLIPS):
        page = dice.randrange(1, len(whole) // PAGE)
        place = page * PAGE + dice.randrange(0, 12)
        bad = bytearray(whole)
        bad[place] ^= 1 << dice.randrange(8)
        path = tmp_path / f"{number}.db"
        path.write_bytes(bad)
        if not is_whole(path):
            damaged.append(bytes(bad))
        path.unlink()
    assert len(damaged) > FLIPS // 3
    for one in damaged[:3]:
        database(full).write_bytes(one)
        status, said = run(full, "work", "--once")
        assert status == 1 and "damaged" in said and "supportbox restore" in said and "Traceback" not in said, said
        assert database(full).read_bytes() == one
    status, said = run(full, "serve", "--port", "0")
    assert status == 1 and "damaged" in said
    database(full).write_bytes(whole)
    assert run(full, "work", "--once") == (0, "")


def test_damage_under_a_running_desk_quarantines_no_letter(full: Desk, dovecot: DovecotMailbox) -> None:
    whole = close(full)
    spoil(full, whole, "message")
    dovecot.deliver(letter("Matter 41", number=41))
    (said,) = full.once().faults.values()
    assert said.startswith("The database is damaged: letters stay on the server.")
    assert [one.state for one in full.all(Intake)][-1] == "stored"
    close(full)
    # The backup that is put back knows nothing of the last letter.
    database(full).write_bytes(whole)
    assert full.once().faults == {}
    assert len(full.all(Message)) == 41


def test_page_says_that_the_database_is_damaged(full: Desk) -> None:
    with transaction() as session:
        hire(session, "ada@demo.example", name="Ada", role="owner", password=web_desk.PASSWORD, now=clock.now())
    browser = web_desk.sign_in(create_app(full.settings), "ada@demo.example")
    spoil(full, close(full), "message")
    answer = browser.client.get("/inbox/tickets/SB-1001")
    assert answer.status_code == 503 and "The database of this help desk is damaged." in answer.text


def test_what_a_lost_log_held_is_fetched_again(full: Desk, dovecot: DovecotMailbox) -> None:
    close(full)
    with transaction() as session:
        session.execute(store.db.text("UPDATE mailbox SET has_acknowledgement = 0"))
    close(full)
    for number in range(41, 51):
        dovecot.deliver(letter(f"Matter {number}", number=number))
    process = full.command("work")
    assert process.stdout and "at work" in process.stdout.readline()
    deadline = time.monotonic() + 30
    while len(full.all(Message)) < 50:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    store.db.session.remove()
    # Whoever closes the database last brings its log home: that must be nobody.
    store.db.engine.dispose()
    kill(process)
    log = Path(f"{database(full)}-wal")
    assert log.stat().st_size > 0
    shutil.move(log, log.with_suffix(".away"))
    assert full.once().faults == {}
    found = Counter(one.external_id for one in full.all(Message))
    assert found == Counter(f"<{number}@demo.example>" for number in range(1, 51))
