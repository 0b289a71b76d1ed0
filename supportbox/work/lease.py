"""One worker a database: a lease beside the lock, for instances that share a database but no disk."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from supportbox.channels.channel import Clock
from supportbox.errors import Conflict
from supportbox.inbox.lease import Lease
from supportbox.store import transaction
from supportbox.work.bell import Bell

log = logging.getLogger("supportbox.work")
WORK = "worker"
SECONDS = 60.0
_STEP = 0.25
_TABLE = Lease.metadata.tables["lease"]
# Shared with other readers and closed to takers until the commit; SQLite's write lock does the same.
_HOLDER = select(_TABLE.c.holder).where(_TABLE.c.name == WORK).with_for_update(read=True)
_PROLONG = (
    update(_TABLE)
    .where(_TABLE.c.name == WORK, _TABLE.c.holder == bindparam("me"))
    .values(holder=bindparam("next"), until=bindparam("end"))
)


class LeaseLost(Exception):
    """Another worker has taken over: this one must not touch anything any more."""


class Held:
    """The lease of one worker, from taking it to giving it back."""

    def __init__(self, place: str, clock: Clock) -> None:
        self.place, self.clock = place, clock
        self.holder = f"{place}/{secrets.token_hex(8)}"

    def take(self, patience: float) -> None:
        """Wait for it that many seconds. Raises Conflict when somebody elsewhere still works."""
        deadline = time.monotonic() + patience
        while not self._is_taken():
            if time.monotonic() >= deadline:
                raise Conflict("A worker on another host has this database. Stop it first, or leave the work to it.")
            time.sleep(_STEP)

    def check(self, session: Session) -> None:
        """Raises LeaseLost unless it is still ours; the answer holds until the session's transaction ends."""
        if session.connection().scalar(_HOLDER) != self.holder:
            raise LeaseLost

    def prolong(self) -> bool:
        """Keep it for another while; False when it is somebody else's now."""
        return self._write(self.holder, SECONDS)

    def give_back(self) -> None:
        """Let the next one begin at once; harmless when it is lost."""
        self._write("", 0)

    def _is_taken(self) -> bool:
        try:
            with transaction() as session:
                row = session.get(Lease, WORK, with_for_update=True, populate_existing=True)
                # Of two processes at one place the lock lets only one live: the other's lease is a dead one's.
                is_free = row is None or row.until <= self.clock() or row.holder.partition("/")[0] in ("", self.place)
                if not is_free:
                    return False
                session.merge(Lease(name=WORK, holder=self.holder, until=self._end(SECONDS)))
                return True
        except IntegrityError:
            return False  # somebody else made the first row at the same moment

    def _write(self, next_holder: str, seconds: float) -> bool:
        with transaction() as session:
            values = {"me": self.holder, "next": next_holder, "end": self._end(seconds)}
            return bool(session.connection().execute(_PROLONG, values).rowcount)

    def _end(self, seconds: float) -> object:
        return self.clock() + timedelta(seconds=seconds)


@contextmanager
def leased(app: Flask, place: str, clock: Clock, on_lost: Callable[[], None], *, patience: float) -> Iterator[None]:
    """Hold the lease for a while; `on_lost` is called, from another thread, when it turns out to be somebody else's."""
    held, over = Held(place, clock), Bell()
    with app.app_context():
        held.take(patience)
    app.extensions["lease"] = held
    keeper = threading.Thread(target=_keep, args=(app, held, over, on_lost), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.ring()
        keeper.join(5)
        del app.extensions["lease"]
        with app.app_context():
            try:
                held.give_back()
            except SQLAlchemyError as error:
                log.warning("the lease could not be given back: %s", error)


def _keep(app: Flask, held: Held, over: Bell, on_lost: Callable[[], None]) -> None:
    while not over.wait(SECONDS / 3):
        with app.app_context():
            try:
                is_ours = held.prolong()
            except SQLAlchemyError as error:
                # Whoever cannot write the lease cannot write anything else either.
                log.warning("the lease could not be prolonged: %s", error)
                continue
        if not is_ours:
            log.error("Another worker has taken over: this one stops.")
            on_lost()
            return


@contextmanager
def guarded() -> Iterator[Session]:
    """A transaction that does nothing once the lease is lost. Where none was taken, like any other."""
    with transaction() as session:
        held: Held | None = current_app.extensions.get("lease")
        if held:
            held.check(session)
        yield session
