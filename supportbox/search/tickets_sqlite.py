"""The words of tickets in SQLite's FTS5. Text is folded before it goes in, so that "œ" and "ß" are found as well."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, column, literal_column, table, text

from supportbox.search.ticket_words import FIELDS, Said, Texts, Wanted

TABLE = table("ticket_text", column("rowid"))
TICKET = TABLE.c.rowid

_MAKE = text(
    f"CREATE VIRTUAL TABLE IF NOT EXISTS ticket_text USING fts5({', '.join(FIELDS)}, "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)
_MADE = text("SELECT sql FROM sqlite_master WHERE name = 'ticket_text'")
_REMOVE = text("DELETE FROM ticket_text WHERE rowid = :ticket")
_ADD = text(
    f"INSERT INTO ticket_text (rowid, {', '.join(FIELDS)}) VALUES (:ticket, {', '.join(f':{f}' for f in FIELDS)})"  # noqa: S608 - names of our own
)


def is_made(connection: Connection) -> bool:
    """Whether there is a table that can be searched: of these fields, not of an older desk's."""
    return f"({', '.join(FIELDS)}, " in (connection.execute(_MADE).scalar() or "")


def make(connection: Connection) -> None:
    connection.execute(_MAKE)


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE IF EXISTS ticket_text"))


def put(connection: Connection, tickets: Sequence[int], found: Mapping[int, Texts]) -> None:
    """Forget the words of these tickets, and learn those that they have now."""
    if tickets:
        connection.execute(_REMOVE, [{"ticket": ticket} for ticket in tickets])
    if found:
        connection.execute(_ADD, [{"ticket": ticket, **texts} for ticket, texts in found.items()])


def matches(wanted: Wanted) -> ColumnElement[bool]:
    """A condition on TABLE. What has to be said may not be empty: FTS5 cannot look for what is not there alone."""
    return literal_column("ticket_text").match(_expression(wanted))


def _expression(wanted: Wanted) -> str:
    """In FTS5's own language. Words are letters and figures only, so that none can be an operator of it."""
    said = " AND ".join(f"({' OR '.join(map(_said, group))})" for group in wanted.all)
    return f"({said}) NOT ({' OR '.join(map(_said, wanted.none))})" if wanted.none else said


def _said(said: Said) -> str:
    words = f'"{" ".join(said.words)}"' if said.is_phrase else " AND ".join(f'"{word}"*' for word in said.words)
    return f"{{{' '.join(said.fields)}}} : ({words})" if said.fields else f"({words})"
