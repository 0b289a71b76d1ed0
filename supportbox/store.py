"""The database: Flask-SQLAlchemy on our own Base, SQLite or PostgreSQL made durable, and the one way to write,
`transaction()`."""

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
from sqlalchemy.exc import InterfaceError, OperationalError
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
# The same promises: synced commits (where the server was told otherwise), a limit to waiting, times in UTC. Whoever
# stops in the middle of a write, such as a machine that sleeps, gives its turn up after a while.
_SESSION = """
    SET timezone = 'UTC';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '60s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
# One writer at a time, as in SQLite: what the core reads in a write stays true until its end. A number of our own.
_TURN = "SELECT pg_advisory_xact_lock(1396851544)"
_LOG_BYTES = 4_000_000
_checkpointing = Lock()


def attach(app: Flask, settings: Settings) -> None:
    """Give the application its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options: dict[str, Any] = {"pool_size": settings.threads + 4, "max_overflow": 40}
    if not settings.database_url.startswith("sqlite"):
        # A server may have been started anew; asking first costs a fraction of a millisecond.
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        make_durable(db.engine)


def let_go() -> None:
    """Close every connection: what a session still holds goes back first, or nobody would close it. In an application
    context."""
    db.session.remove()
    db.engine.dispose()


def make_durable(engine: Engine) -> None:
    """A database as a help desk needs it: every commit synced, foreign keys, explicit transactions, writers in turn."""
    is_sqlite = engine.dialect.name == "sqlite"
    event.listen(engine, "connect", _set_pragmas if is_sqlite else _set_session)
    event.listen(engine, "begin", _begin if is_sqlite else _take_turn)


def _set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
    # Python's own transaction handling would begin too late and commit before some statements.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set_session(connection: Any, record: Any) -> None:
    from psycopg.types.string import StrDumper

    class WithoutNull(StrDumper):
        """Letters hold every character there is; PostgreSQL takes all but one."""

        def dump(self, text: str) -> Any:
            return super().dump(text.replace("\0", "\ufffd") if "\0" in text else text)

    connection.adapters.register_dumper(str, WithoutNull)
    connection.autocommit = True
    connection.execute(_SESSION)
    connection.autocommit = False


def _take_turn(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate"):
        connection.exec_driver_sql(_TURN)


def _begin(connection: Connection) -> None:
    # A write begun as a read can fail halfway with "database is locked"; taking the lock first makes it wait.
    immediate = connection.get_execution_options().get("immediate")
    if immediate:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Waits for nobody, so that nothing can fail that would have to be told apart; every page does it.
        connection.connection.cursor().execute("BEGIN")


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
    cause = getattr(error, "orig", error)
    said, number = str(cause), getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS) or "is full" in said or "disk I/O" in said:
        return "full"
    if hasattr(cause, "sqlstate"):
        return _postgresql_trouble(cause.sqlstate or "", is_away=isinstance(error, (OperationalError, InterfaceError)))
    if "malformed" in said or "not a database" in said:
        return "damaged"
    return "busy" if "locked" in said else ""


def _postgresql_trouble(state: str, *, is_away: bool) -> Trouble:
    """By PostgreSQL's own numbers; there is none when there is no connection."""
    if state == "53100":
        return "full"
    if state in ("XX001", "XX002"):
        return "damaged"
    is_passing = state.startswith(("08", "53", "57P")) or state in ("55P03", "40001", "40P01", "25P03")
    return "busy" if is_passing or (is_away and not state) else ""


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
