"""SQLite's rare fault is told at each start, and its log is brought home by one place before it grows."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from supportbox.config import Settings
from supportbox.doctor.database import warn_of_sqlite
from supportbox.store import checkpoint, db, transaction


@pytest.mark.parametrize(
    ("version", "is_told"), [((3, 7, 0), True), ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)]
)
def test_version_with_the_fault_is_told(
    core: Flask, caplog: pytest.LogCaptureFixture, version: tuple[int, ...], is_told: bool
) -> None:  # fmt: skip
    log = logging.getLogger("supportbox.test")
    with caplog.at_level(logging.WARNING):
        warn_of_sqlite(log, version)
    assert ("can damage the database" in caplog.text) == is_told


def _write(bytes_: int) -> None:
    for _ in range(bytes_ // 100_000):
        with transaction() as session:
            session.execute(text("INSERT INTO filler VALUES (zeroblob(100000))"))


def test_log_is_brought_home_before_it_grows(core: Flask, settings: Settings) -> None:
    with transaction() as session:
        session.execute(text("CREATE TABLE filler (content BLOB)"))
    log = Path(str(db.engine.url.database) + "-wal")
    _write(6_000_000)
    # By nobody else: a request or a command would do it while somebody waits.
    assert log.stat().st_size > 6_000_000
    checkpoint()
    before = log.stat().st_size
    for _ in range(4):
        _write(3_000_000)
        checkpoint()
    assert log.stat().st_size <= before + 5_000_000
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
