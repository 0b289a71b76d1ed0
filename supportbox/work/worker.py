"""The worker: a thread for each mailbox and one for everything else, or a single round of it all."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock as real_clock
from supportbox.announce.announce import announce
from supportbox.channels.channel import Clock
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import checkpoint, db
from supportbox.work.alarm import tell, untold
from supportbox.work.article_links import link_articles
from supportbox.work.bell import Bell
from supportbox.work.deliver import Deliverer
from supportbox.work.fetch import IS_READ, MailboxRounds, Progress, sentence_for
from supportbox.work.index import index_articles, index_tickets
from supportbox.work.lease import LeaseLost, leased
from supportbox.work.lock import only_worker
from supportbox.work.pacing import Pacing
from supportbox.work.privacy import clean, forget
from supportbox.work.sweep import Sweeper
from supportbox.work.wake import publish, wake

log = logging.getLogger("supportbox.work")
Indexer = Callable[[Session], None]
ONCE_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between looks at what is due; before a failed mailbox is tried again (growing, with jitter); for which
    a mail server is left alone that asks for less (growing too); between looks for outages."""

    tick: float = 1.0
    first: float = 5.0
    longest: float = 300.0
    rest: float = 15.0
    look: float = 30.0

    def pause(self, failures: int) -> float:
        """How long a mailbox rests after so many failures in a row."""
        return min(self.longest, self.first * 2.0 ** (failures - 1)) * random.uniform(0.8, 1.2)


@dataclass
class Round:
    """What a single round did: the mailboxes that could not be fetched, each with its sentence."""

    faults: dict[str, str] = field(default_factory=dict)


class Worker:
    """Fetches, delivers, wakes and indexes for one instance. `indexers` bring search up to date: tickets and
    articles, unless others are given."""

    def __init__(
        self,
        app: Flask,
        indexers: Sequence[Indexer] | None = None,
        *,
        clock: Clock = real_clock.now,
        pace: Pace | None = None,
    ) -> None:
        self.app, self.settings = app, cast(Settings, app.extensions["settings"])
        self.indexers = (index_tickets, index_articles, link_articles) if indexers is None else tuple(indexers)
        self.clock, self.pace = clock, pace or Pace()
        self._sweeper = Sweeper(self.settings.files)
        self._over, self._nudged = Bell(), threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._main: threading.Thread | None = None
        self._looked_at = 0.0
        self._held = ExitStack()

    def run_once(self, *, patience: float = ONCE_PATIENCE, on_progress: Progress | None = None) -> Round:
        """Fetch every mailbox to its end, deliver all that is due, wake, index. Refused while another is at work."""
        done = Round()
        with self._alone(patience), self._context() as session:
            deliverer = Deliverer(self.settings, self.clock)
            deliverer.take_over()
            for mailbox_id, address in _mailboxes(session):
                rounds = MailboxRounds(self.settings, mailbox_id, self.clock)
                rounds.on_progress = on_progress or rounds.on_progress
                if fault := rounds.fetch():
                    done.faults[address] = fault
                rounds.close()
            announce(self.settings, self.clock())
            for mailbox_id in deliverer.due_mailboxes():
                deliverer.deliver(mailbox_id)
            try:
                self._tidy()
            except OSError as error:  # the index cannot be written: the letters are in all the same
                done.faults["search"] = sentence_for(error)
        return done

    def start(self) -> None:
        """Begin in threads of its own. Refused while another worker is at work."""
        self._over = Bell()
        self._held.enter_context(self._alone(0))
        self._main = threading.Thread(target=self._run, name="worker", daemon=True)
        self._main.start()

    def stop(self, patience: float = 10.0) -> None:
        """End after the letter in hand; harmless when it was not started."""
        self._over.ring()
        self._nudged.set()
        # The main thread first: it is the one that starts the others.
        if self._main:
            self._main.join(patience)
        for thread in list(self._threads.values()):
            thread.join(patience)
        self._main = None
        self._threads.clear()
        self._held.close()

    def is_over(self) -> bool:
        """Whether it has ended, by itself because another worker took over, or because it was told to."""
        return self._over.is_rung()

    def nudge(self) -> None:
        """Something may be due: look now instead of at the next tick."""
        self._nudged.set()

    def _run(self) -> None:
        """The main thread: see that each mailbox and each way out has its thread; wake and index; at every tick."""
        pacing = Pacing(timedelta(seconds=self.pace.rest))
        deliverer = Deliverer(self.settings, self.clock, self._over.is_rung, pacing=pacing)
        with self._context():
            self._guarded(deliverer.take_over)
        while not self._over.is_rung():
            with self._context() as session:
                self._guarded(lambda: self._man_mailboxes(_mailboxes(session)))
                self._guarded(lambda: announce(self.settings, self.clock()))
                self._guarded(lambda: self._man_deliveries(deliverer))
                self._guarded(self._tidy)
                self._guarded(lambda: self._man_alarms(session))
            self._nudged.wait(self.pace.tick)
            self._nudged.clear()

    def _tidy(self) -> None:
        """Wake what is due, bring search up to date, and remove what was left behind."""
        wake(self.clock())
        publish(self.clock())
        for index in self.indexers:
            index(db.session())
        self._sweeper.sweep(db.session(), self.clock())
        forget(self.settings, self.clock())
        clean(self.clock())
        checkpoint()

    def _man_mailboxes(self, mailboxes: list[tuple[int, str]]) -> None:
        for mailbox_id, _ in mailboxes:
            self._man(f"fetch {mailbox_id}", self._mind, mailbox_id)

    def _man_deliveries(self, deliverer: Deliverer) -> None:
        """A thread for each mailbox with something due: a slow server holds up nobody else's letters."""
        for mailbox_id in deliverer.due_mailboxes():
            self._man(f"deliver {mailbox_id}", self._send, deliverer, mailbox_id)

    def _man_alarms(self, session: Session) -> None:
        """Look for outages now and then; telling of one may take long."""
        if time.monotonic() - self._looked_at > self.pace.look:
            self._looked_at = time.monotonic()
            if untold(session, self.clock):
                self._man("alarm", self._tell)

    def _tell(self) -> None:
        with self._context():
            self._guarded(lambda: tell(self.settings, self.clock))

    def _man(self, name: str, work: Callable[..., None], *given: object) -> None:
        thread = self._threads.get(name)
        if (thread is None or not thread.is_alive()) and not self._over.is_rung():
            thread = threading.Thread(target=work, args=given, name=name, daemon=True)
            thread.start()
            self._threads[name] = thread

    def _send(self, deliverer: Deliverer, mailbox_id: int) -> None:
        with self._context():
            self._guarded(lambda: deliverer.deliver(mailbox_id))

    def _mind(self, mailbox_id: int) -> None:
        """A mailbox's thread: fetch, rest, again, until the mailbox is gone or the worker ends."""
        rounds = MailboxRounds(self.settings, mailbox_id, self.clock, self._over.is_rung)
        failures = 0
        while not self._over.is_rung():
            with self._context():
                self._guarded(rounds.fetch)
            if rounds.is_gone:
                break
            failures = failures + 1 if rounds.fault else 0
            self._nudged.set()
            if failures:
                self._over.wait(self.pace.pause(failures))
            else:
                rounds.rest(self.settings.poll_seconds, self._over)
        rounds.close()

    def _guarded(self, step: Callable[[], object]) -> None:
        try:
            step()
        except LeaseLost:
            self._over.ring()
            db.session.rollback()
        except Exception as error:
            log.exception("the worker's round: %s", sentence_for(error))
            db.session.rollback()

    @contextmanager
    def _alone(self, patience: float) -> Iterator[None]:
        """Be the only worker, on this host by the lock and on others by the lease."""
        with (
            only_worker(self.settings.instance, patience=patience) as place,
            leased(self.app, place, real_clock.now, self._over.ring, patience=patience),
        ):
            yield

    @contextmanager
    def _context(self) -> Iterator[Session]:
        with self.app.app_context():
            yield db.session()


def _mailboxes(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(select(Mailbox.id, Mailbox.address).where(Mailbox.is_active, IS_READ))
    found = [(number, address) for number, address in rows]
    session.commit()
    return found
