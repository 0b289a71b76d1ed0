"""Search follows the articles: what changed since the bookmark is put into the index or dropped from it."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox import store
from supportbox.inbox.event import Bookmark, Event
from supportbox.kb.entries import all_entries, entries_of
from supportbox.kb.searcher import Entry, Progress, Searcher

READER = "search"
# How many events without an article may lie behind the bookmark before it is moved past them.
FAR = 500


def refresh(searcher: Searcher, *, progress: Progress | None = None) -> int:
    """Bring the index up to the last article event, and how many articles that touched; in an application context.

    Whoever commits a change of articles calls it, and the worker every round: doing it twice does no harm.
    """
    session = store.db.session()
    session.commit()  # ends an older snapshot, which would not see the newest events
    bookmark = session.get(Bookmark, READER, populate_existing=True)
    reached = bookmark.event_id if bookmark else 0
    changed = select(func.max(Event.id), Event.article_id).where(Event.id > reached, Event.article_id.is_not(None))
    rows = session.execute(changed.group_by(Event.article_id)).all()
    newest = session.scalar(select(func.max(Event.id))) or 0
    if not rows:
        session.commit()
        if newest - reached > FAR:
            _move_bookmark(newest)
        return 0
    ids = [row[1] for row in rows if row[1] is not None]
    entries = list(entries_of(session, ids))
    session.commit()
    _bring(searcher, ids, entries, progress)
    _move_bookmark(newest)
    return len(ids)


def _bring(searcher: Searcher, ids: Sequence[int], entries: Sequence[Entry], progress: Progress | None) -> None:
    if entries:
        searcher.put(entries, progress=progress)
    findable = {entry.id for entry in entries}
    if gone := [article_id for article_id in ids if article_id not in findable]:
        searcher.drop(gone)


def reindex(searcher: Searcher, *, progress: Progress | None = None) -> int:
    """Build the index anew from the database, and how many articles it holds."""
    session = store.db.session()
    session.commit()
    newest = session.scalar(select(func.max(Event.id))) or 0
    entries = list(all_entries(session))
    session.commit()
    searcher.rebuild(entries, progress=progress)
    _move_bookmark(newest)
    return len(entries)


def _move_bookmark(event_id: int) -> None:
    with store.transaction() as session:
        bookmark = _bookmark(session)
        bookmark.event_id = max(bookmark.event_id, event_id)


def _bookmark(session: Session) -> Bookmark:
    bookmark = session.get(Bookmark, READER, populate_existing=True)
    if bookmark is None:
        bookmark = Bookmark(reader=READER, event_id=0)
        session.add(bookmark)
    return bookmark
