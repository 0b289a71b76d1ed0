"""Finding tickets by words: a full-text table fed from events, which the database itself searches."""

from types import ModuleType

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from supportbox.inbox.event import Bookmark, Event
from supportbox.search import tickets_postgresql, tickets_sqlite
from supportbox.search.ticket_words import texts

READER = "ticket-search"
BATCH = 500
_CHANGED = (
    select(Event.id, Event.ticket_id).where(Event.id > bindparam("after")).order_by(Event.id).limit(bindparam("limit"))
)


def index_tickets(session: Session, *, limit: int = BATCH) -> int:
    """Follow the events: put the words of every changed ticket into the table. Returns how many events were read.

    To be called in a write until it returns 0; doing it again changes nothing.
    """
    connection = session.connection()
    engine = find_engine(connection)
    if engine is None:
        return 0
    if not engine.is_made(connection):
        reindex_tickets(session)
        engine.make(connection)
    bookmark = session.get(Bookmark, READER)
    if bookmark is None:
        session.add(bookmark := Bookmark(reader=READER, event_id=0))
    rows = connection.execute(_CHANGED, {"after": bookmark.event_id, "limit": limit}).all()
    changed = sorted({ticket for _, ticket in rows if ticket})
    engine.put(connection, changed, texts(connection, changed) if changed else {})
    if rows:
        bookmark.event_id = rows[-1].id
    session.flush()
    return len(rows)


def reindex_tickets(session: Session) -> None:
    """Forget the table, so that following the events fills it anew."""
    connection = session.connection()
    if engine := find_engine(connection):
        engine.drop(connection)
    if bookmark := session.get(Bookmark, READER):
        session.delete(bookmark)
    session.flush()


def find_engine(connection: Connection) -> ModuleType | None:
    """The full text of this database: a module with TABLE, TICKET, is_made, make, drop, put, narrow, matches."""
    engines: dict[str, ModuleType] = {"sqlite": tickets_sqlite, "postgresql": tickets_postgresql}
    return engines.get(connection.dialect.name)
