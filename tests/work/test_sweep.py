"""Files that nobody names are removed after a day, and no others ever."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Column, String, Table, insert, text
from sqlalchemy.orm import Session

from supportbox import clock, store
from supportbox.base import Base
from supportbox.channels.durable import UNFINISHED
from supportbox.channels.files import keep_files, path_of
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment
from supportbox.kb.unsaved import keep_unsaved
from supportbox.mail.letter import Enclosure
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.work.sweep import PARTS, TURN, Sweeper
from tests.work.conftest import CLEO, SUPPORT, Desk


def letter_with_file(number: int) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = CLEO, SUPPORT, f"Bill {number}"
    message["Message-ID"] = f"<bill-{number}@demo.example>"
    message.set_content(f"Here is bill {number}.")
    message.add_attachment(f"%PDF-{number}".encode(), maintype="application", subtype="pdf", filename="bill.pdf")
    return message.as_bytes()


def files(desk: Desk) -> set[Path]:
    return {path for path in desk.settings.files.rglob("*") if path.is_file()}


def age(path: Path, now: datetime, days: float = 2) -> Path:
    at = (now - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def left_behind(desk: Desk, now: datetime, days: float = 2) -> Path:
    """A file of a message that was never filed."""
    (file,) = keep_files(desk.settings.files, [Enclosure("a.txt", "text/plain", b"hello")])
    return age(desk.settings.files / path_of(file.token), now, days)


def sweep_all(desk: Desk, now: datetime) -> int:
    """A whole day's turns."""
    sweeper = Sweeper(desk.settings.files)
    return sum(sweeper.sweep(store.db.session(), now + turn * TURN) for turn in range(PARTS))


@pytest.fixture
def filed(desk: Desk, sandbox: Sandbox) -> Desk:
    """A desk with the file of one message, kept days ago."""
    sandbox.append(SUPPORT, letter_with_file(1))
    desk.once()
    (path,) = files(desk)
    age(path, clock.now())
    return desk


def test_what_failed_filings_left_is_removed_and_what_messages_name_is_not(filed: Desk, sandbox: Sandbox) -> None:
    (named,) = files(filed)
    with transaction() as session:
        session.execute(
            text("CREATE TRIGGER broken BEFORE INSERT ON attachment BEGIN SELECT RAISE(ABORT, 'broken'); END")
        )
    sandbox.append(SUPPORT, letter_with_file(2))
    filed.once()
    assert filed.all(Intake)[1].state == "quarantined"
    left = files(filed) - {named}
    assert len(left) == 3
    now = clock.now()
    assert sweep_all(filed, now) == 0
    for path in left:
        age(path, now)
    assert sweep_all(filed, now) == 3
    assert files(filed) == {named}


def test_file_of_a_filing_under_way_is_left_alone(filed: Desk) -> None:
    now = clock.now()
    young = left_behind(filed, now, days=0)
    # The last turn of a day's 256 is just within its first day.
    assert sweep_all(filed, now - TURN) == 0 and young.exists()
    assert sweep_all(filed, now + timedelta(days=1)) == 1


def test_a_worker_sweeps_a_part_at_each_turn(filed: Desk) -> None:
    now = clock.now()
    path = left_behind(filed, now)
    turn = int(path.parent.name, 16)
    away = (turn - int(now.timestamp() // TURN.total_seconds())) % PARTS
    filed.once(now=lambda: now + ((away + 1) % PARTS) * TURN)
    assert path.exists()
    filed.once(now=lambda: now + away * TURN)
    assert not path.exists()


def test_half_written_files_are_removed_and_others_things_are_not(filed: Desk) -> None:
    now = clock.now()
    whole = left_behind(filed, now)
    half = age(whole.rename(f"{whole}{UNFINISHED}"), now)
    theirs = [filed.settings.files / "help" / ("0" * 32 + "-1x1.png"), whole.parent / "README", whole.parent / "000"]
    for path in theirs:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        age(path, now)
    assert sweep_all(filed, now) == 1
    assert not half.exists() and all(path.exists() for path in theirs)


def test_file_named_by_what_an_agent_has_not_saved_is_kept(filed: Desk) -> None:
    now = clock.now()
    path = left_behind(filed, now)
    with transaction() as session:
        ada = Agent(email="ada@demo.example", name="Ada", role="owner", created_at=now)
        session.add(ada)
        session.flush()
        keep_unsaved(session, ada.id, 0, {"text": f"[bill](/files/{path.name})"}, now=now)
    assert sweep_all(filed, now) == 0 and path.exists()


@pytest.fixture
def another_table(desk: Desk) -> Iterator[Table]:
    """A table of somebody who keeps files too."""
    table = Table("sample_upload", Base.metadata, Column("token", String, primary_key=True))
    with transaction() as session:
        table.create(session.connection())
    yield table
    Base.metadata.remove(table)


def test_any_table_with_a_token_keeps_its_files(filed: Desk, another_table: Table) -> None:
    now = clock.now()
    named, unnamed = left_behind(filed, now), left_behind(filed, now)
    with transaction() as session:
        session.execute(insert(another_table).values(token=named.name))
    assert sweep_all(filed, now) == 1
    assert named.exists() and not unnamed.exists()


def test_database_that_knows_of_no_file_removes_none(filed: Desk) -> None:
    now = clock.now()
    with transaction() as session:
        session.execute(Attachment.__table__.delete())  # type: ignore[attr-defined]  # a Table in fact
    assert sweep_all(filed, now) == 0
    assert len(files(filed)) == 1


def test_a_turn_is_made_once(filed: Desk) -> None:
    now = clock.now()
    sweeper = Sweeper(filed.settings.files)
    session: Session = store.db.session()
    for _ in range(3):
        sweeper.sweep(session, now)
    assert not session.in_transaction()
