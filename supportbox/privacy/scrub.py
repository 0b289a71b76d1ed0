"""Scrubbing: after an erasure the database file is written anew, so that no byte of what was deleted is left in it.

SQLite leaves the words of deleted rows in free pages and in its log, its full text even in living ones until they are
merged. Asked for in the erasure's first transaction, it is done by whoever comes first: the command, or the worker.
"""

from contextlib import closing
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from supportbox.people.business import Setting
from supportbox.store import db, transaction

ASKED = "scrub_due"
MERGE_PAGES = 500
_FULL_TEXTS = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")


def ask_for_scrub(session: Session) -> None:
    """In the transaction that deletes."""
    session.merge(Setting(key=ASKED, value=True))
    session.flush()


def is_scrub_due(session: Session) -> bool:
    setting = session.get(Setting, ASKED)
    return setting is not None and bool(setting.value)


def scrub() -> bool:
    """Write the file anew, in an application context. False when readers were in the way: try again later."""
    session: Session = db.session()
    is_due = is_scrub_due(session)
    session.commit()
    if not is_due or db.engine.dialect.name != "sqlite":
        return True
    for (name,) in session.execute(_FULL_TEXTS).all():
        _merge_full_text(name)
    session.commit()
    if not _written_anew():
        return False
    with transaction() as session:
        session.merge(Setting(key=ASKED, value=False))
    return True


def _merge_full_text(name: str) -> None:
    """Deleted words leave a full text when its pieces are merged: here in small steps, so that others can write."""
    merge = text(f'INSERT INTO "{name}"("{name}", rank) VALUES (\'merge\', :pages)')  # noqa: S608 - a table of ours
    pages = -MERGE_PAGES
    while True:
        with transaction() as session:
            connection = session.connection()
            before = _changes(connection)
            connection.execute(merge, {"pages": pages})
            if _changes(connection) - before < 2:
                return
        pages = MERGE_PAGES


def _changes(connection: Any) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar())


def _written_anew() -> bool:
    # Beside SQLAlchemy's transactions: within one, SQLite refuses both.
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    return row is not None and row[0] == 0
