"""Finding tickets by words: a full-text table fed from events, which the database itself searches."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import Session

from supportbox.inbox.event import Bookmark, Event
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.search.analysis import fold, words

READER = "ticket-search"
BATCH = 500
MOST_WORDS = 12
# Far more than anybody reads; a letter of megabytes must not swell the table.
LONGEST_TEXT = 100_000

# SQLite's FTS5. Text is folded before it goes in, so that "œ" and "ß" are found as well as accents.
_MAKE = text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS ticket_text USING fts5"
    "(words, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)
_EXISTS = text("SELECT 1 FROM sqlite_master WHERE name = 'ticket_text'")
_REMOVE = text("DELETE FROM ticket_text WHERE rowid = :ticket")
_ADD = text("INSERT INTO ticket_text (rowid, words) VALUES (:ticket, :words)")
_FIND = text(
    "SELECT rowid FROM ticket_text WHERE ticket_text MATCH :words AND rowid < :below ORDER BY rowid DESC LIMIT :limit"
)
_CHANGED = (
    select(Event.id, Event.ticket_id).where(Event.id > bindparam("after")).order_by(Event.id).limit(bindparam("limit"))
)
_PEOPLE = (
    select(Ticket.id, Ticket.subject, Customer.name, Contact.value)
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Contact, Contact.customer_id == Customer.id)
    .where(Ticket.id.in_(bindparam("tickets", expanding=True)))
)
_MESSAGES = (
    select(Message.ticket_id, Message.visible_text, Message.text, Message.sender_name, Message.sender_value)
    .where(Message.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(Message.id)
)
_FILES = (
    select(Message.ticket_id, Attachment.filename)
    .join(Message, Message.id == Attachment.message_id)
    .where(Message.ticket_id.in_(bindparam("tickets", expanding=True)))
)


def find(connection: Connection, query: str, *, below: int | None = None, limit: int = 50) -> Sequence[int]:
    """Numbers of the tickets in which every word of the query begins some word, newest first, below a number."""
    wanted = words(query)[:MOST_WORDS]
    if not wanted or not _has_table(connection):
        return []
    values = {"words": " ".join(f'"{word}"*' for word in wanted), "below": below or 2**62, "limit": limit}
    return connection.execute(_FIND, values).scalars().all()


def index_tickets(session: Session, *, limit: int = BATCH) -> int:
    """Follow the events: put the words of every changed ticket into the table. Returns how many events were read.

    To be called in a write until it returns 0; doing it again changes nothing.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return 0
    connection.execute(_MAKE)
    bookmark = session.get(Bookmark, READER)
    if bookmark is None:
        session.add(bookmark := Bookmark(reader=READER, event_id=0))
    rows = connection.execute(_CHANGED, {"after": bookmark.event_id, "limit": limit}).all()
    changed = sorted({ticket for _, ticket in rows if ticket})
    texts = _texts(connection, changed)
    if changed:
        connection.execute(_REMOVE, [{"ticket": ticket} for ticket in changed])
    if texts:
        connection.execute(_ADD, [{"ticket": ticket, "words": found} for ticket, found in texts.items()])
    if rows:
        bookmark.event_id = rows[-1].id
    session.flush()
    return len(rows)


def reindex_tickets(session: Session) -> None:
    """Forget the table, so that following the events fills it anew."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE IF EXISTS ticket_text"))
    if bookmark := session.get(Bookmark, READER):
        session.delete(bookmark)
    session.flush()


def _has_table(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite" and connection.execute(_EXISTS).first() is not None


def _texts(connection: Connection, tickets: Sequence[int]) -> dict[int, str]:
    """All that a ticket can be found by: number, subject, people, addresses, what was written, names of files."""
    values = {"tickets": list(tickets)}
    found: dict[int, dict[str, None]] = defaultdict(dict)  # a set that keeps its order
    for ticket, subject, name, contact in connection.execute(_PEOPLE, values):
        found[ticket] |= dict.fromkeys((f"SB-{ticket}", subject, name, contact or ""))
    for ticket, visible, whole, name, sender in connection.execute(_MESSAGES, values):
        found[ticket] |= dict.fromkeys((name, sender, visible or whole))
    for ticket, filename in connection.execute(_FILES, values):
        found[ticket][filename] = None
    return {ticket: fold("\n".join(parts))[:LONGEST_TEXT] for ticket, parts in found.items()}
