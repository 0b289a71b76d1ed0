"""Lights of what runs beside the pages: the search index and the worker."""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from supportbox.doctor.light import Light
from supportbox.inbox.lease import Lease
from supportbox.kb.article import Article
from supportbox.kb.searcher import Searcher

LOCK = "worker.lock"


def index(session: Session, searcher: Searcher) -> list[Light]:
    """Whether articles can be found."""
    if is_index_well(session, searcher):
        return [Light("search", "green", "The search index is in order.")]
    sentence = "The search index is missing or damaged; titles alone are searched."
    return [Light("search", "red", sentence, "The worker builds it again; at once: supportbox reindex")]


def worker(session: Session, instance: Path, *, now: datetime) -> list[Light]:
    """Whether somebody fetches and delivers."""
    if is_worker_running(instance):
        return [Light("worker", "green", "The worker is running.")]
    if is_worker_elsewhere(session, now=now):
        return [Light("worker", "green", "The worker is running on another host.")]
    sentence = "No worker is running: mail is neither fetched nor sent."
    return [Light("worker", "amber", sentence, "Start it with: supportbox serve (or: supportbox work)")]


def is_index_well(session: Session, searcher: Searcher) -> bool:
    """An instance without articles needs no index."""
    if not searcher.needs_rebuild():
        return True
    return not session.scalar(select(exists().where(Article.id.is_not(None))))


def is_worker_elsewhere(session: Session, *, now: datetime) -> bool:
    """Whether a worker holds the lease of a database that several hosts can reach. SQLite's only one cannot, and the
    lock knows better when that died."""
    if session.get_bind().dialect.name == "sqlite":
        return False
    return session.scalar(select(exists().where(Lease.until > now, Lease.holder != ""))) is True


def is_worker_running(instance: Path) -> bool:
    """Whether a living process holds the worker's lock. A dead one's is free at once, whatever the file says."""
    try:
        import fcntl  # not everywhere: where it is missing, nobody can tell
    except ImportError:
        return True
    try:
        descriptor = os.open(instance / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        # Shared, so that two who ask do not take each other for the worker.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
