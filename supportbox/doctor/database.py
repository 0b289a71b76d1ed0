"""Lights of the database: is it whole, is it of this version, can its engine be trusted."""

import sqlite3
import time
from logging import Logger
from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from supportbox import migrations
from supportbox.doctor.light import Light
from supportbox.store import db

OLDEST_POSTGRESQL = 13
# https://sqlite.org/wal.html: two writers that reset the log at once could lose a page, from 3.7.0 to 3.51.2.
RESET_FAULT = ((3, 7, 0), (3, 51, 2))
RESTORE = "Stop SupportBox, keep the folder as it is, and restore the last good backup: supportbox restore"


def revision(session: Session) -> list[Light]:
    """A red light when the database is of another version."""
    current = migrations.current(session.get_bind().engine)
    if current == migrations.HEAD:
        return []
    sentence = f"The database is at revision {current or 'none'}, this SupportBox needs {migrations.HEAD}."
    return [Light("migrations", "red", sentence, "Run: supportbox upgrade")]


def integrity(session: Session) -> list[Light]:
    """Whether the database's pages are sound."""
    dialect = session.get_bind().dialect.name
    if dialect != "sqlite":
        return [postgresql(*(str(session.scalar(text(f"SHOW {name}"))) for name in ("server_version", "fsync")))]
    found = damage(session)
    if not found:
        return [Light("database", "green", "The database is whole.")]
    return [Light("database", "red", f"The database is damaged: {found}.", RESTORE)]


def postgresql(version: str, fsync: str) -> Light:
    """Whether a PostgreSQL keeps what it says it has kept."""
    if fsync != "on":
        sentence = f"PostgreSQL {version} runs with fsync off: a power cut can lose letters and damage the database."
        return Light("database", "red", sentence, "Set fsync = on in postgresql.conf, and start PostgreSQL anew.")
    if int(version.partition(".")[0]) < OLDEST_POSTGRESQL:
        sentence = f"PostgreSQL {version} answers, and is older than any that SupportBox was tried with."
        return Light("database", "amber", sentence, f"Update to PostgreSQL {OLDEST_POSTGRESQL} or newer.")
    return Light("database", "green", f"PostgreSQL {version} answers.")


def damage(session: Session, patience: float = 3600.0) -> str:
    """What is wrong with the pages of a SQLite database, "" for nothing, as far as they can be read in so many
    seconds: about a gigabyte in one."""
    if session.get_bind().dialect.name != "sqlite":
        return ""
    deadline = time.monotonic() + patience
    connection = cast(sqlite3.Connection, session.connection().connection.driver_connection)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        found = str(session.scalar(text("PRAGMA quick_check(1)")))
    except OperationalError as error:
        if "interrupted" not in str(error):
            raise
        found = "ok"  # as far as it was read
    except DatabaseError as error:
        found = str(error.orig)
    finally:
        connection.set_progress_handler(None, 0)
        session.rollback()
    return "" if found == "ok" else found


def sqlite_version(session: Session, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> list[Light]:
    """An amber light for a SQLite whose log can, very rarely, lose a page."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    name = ".".join(map(str, version))
    if not RESET_FAULT[0] <= version <= RESET_FAULT[1]:
        return [Light("sqlite", "green", f"SQLite {name} has no known fault that matters here.")]
    return [
        Light(
            "sqlite",
            "amber",
            f"SQLite {name} has a rare fault: two processes that write at the same moment can damage the database.",
            "Run one process (supportbox serve), back up daily, and update to a system with SQLite 3.51.3 or newer.",
        )
    ]


def warn_of_sqlite(log: Logger, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """One line in the log at each start, for those who never ask the doctor."""
    for light in sqlite_version(db.session(), version):
        if light.colour != "green":
            log.warning("%s %s", light.sentence, light.fix)
    db.session.commit()
