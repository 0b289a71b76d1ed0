"""The database: Flask-SQLAlchemy on our own Base, SQLite made durable, and the one way to write, `transaction()`."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from supportbox.base import Base
from supportbox.config import Settings

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    # Bringing the log home is the worker's part (`checkpoint`); this is for when there is none.
    "wal_autocheckpoint=16000",
)
_LOG_BYTES = 4_000_000
_checkpointing = Lock()


def attach(app: Flask, settings: Settings) -> None:
    """Give the application its database."""
    sqlite = settings.database_url.startswith("sqlite")
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": settings.threads + 4, "max_overflow": 40}
    db.init_app(app)
    with app.app_context():
        if sqlite:
            make_durable(db.engine)


def make_durable(engine: Engine) -> None:
    """SQLite as a help desk needs it: WAL, every commit synced, foreign keys, and explicit transactions."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
    # Python's own transaction handling would begin too late and commit before some statements.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A write begun as a read can fail halfway with "database is locked"; taking the lock first makes it wait.
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def checkpoint() -> None:
    """Bring SQLite's log home when it has grown: one place does, while nobody waits for an answer. Costs a glance
    while the log is small. In an application context."""
    path = db.engine.url.database
    try:
        is_long = db.engine.dialect.name == "sqlite" and Path(f"{path}-wal").stat().st_size > _LOG_BYTES
    except FileNotFoundError:
        return
    if is_long and _checkpointing.acquire(blocking=False):
        try:
            # Beside SQLAlchemy's transactions: within one, SQLite refuses.
            with closing(db.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            _checkpointing.release()


Trouble = Literal["full", "busy", "damaged", ""]


def trouble(error: BaseException) -> Trouble:
    """What an error says of the disk (full, or not to be written) or the database (busy for too long, damaged)."""
    said = str(getattr(error, "orig", error))
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS) or "is full" in said or "disk I/O" in said:
        return "full"
    if "malformed" in said or "not a database" in said:
        return "damaged"
    return "busy" if "locked" in said else ""


@contextmanager
def transaction() -> Iterator[Session]:
    """One write, in an application context: committed at the end, rolled back whole when anything is raised."""
    session = db.session()
    session.commit()  # ends a read begun before, which could not be turned into a write safely
    session.connection(execution_options={"immediate": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
