"""Indexing: search follows what happened, and costs one small question while nothing did."""

from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.inbox.event import Bookmark, Event
from supportbox.search.manifest import DAMAGED
from supportbox.store import transaction

if TYPE_CHECKING:
    from supportbox.kb.searcher import Searcher

_NEWEST = select(func.max(Event.id))


def index_tickets(session: Session) -> None:
    """Make tickets findable by their newest words."""
    from supportbox.search import tickets

    if not _has_news(session, tickets.READER):
        return
    is_done = False
    while not is_done:
        with transaction() as writing:
            is_done = not tickets.index_tickets(writing)


def index_articles(session: Session) -> None:
    """Make articles findable as they are now."""
    from supportbox.search.refresh import READER, refresh

    if _has_news(session, READER):
        refresh(cast("Searcher", _Unopened()))
    if _needs_care():
        _Unopened().heal()


class _Unopened:
    """A searcher that is opened by its first use: most news are of tickets, and the engine is heavy."""

    def __getattr__(self, name: str) -> Any:
        from supportbox.search.opening import get_searcher

        return getattr(get_searcher(), name)


def _needs_care() -> bool:
    """Whether the index may be lost or damaged: one that nobody has opened is judged by a glance at its folder."""
    if "searcher" in current_app.extensions:
        return True
    folder = cast(Settings, current_app.extensions["settings"]).index
    return (folder / DAMAGED).exists() or not folder.is_dir() or not any(folder.iterdir())


def _has_news(session: Session, reader: str) -> bool:
    newest = session.scalar(_NEWEST) or 0
    reached = session.scalar(select(Bookmark.event_id).where(Bookmark.reader == reader)) or 0
    session.commit()
    return newest > reached
