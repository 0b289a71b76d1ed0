"""The words of tickets in SQLite's FTS5. Text is folded before it goes in, so that "œ" and "ß" are found as well."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, column, literal_column, table, text

from supportbox.search.ticket_excerpt import places
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
# A word of more tickets is frequent; of fewer, each can be looked at.
FEW = 1000
_FOUND = text("SELECT rowid FROM ticket_text WHERE ticket_text MATCH :words LIMIT :limit")
_READ = text(f"SELECT rowid, {', '.join(FIELDS)} FROM ticket_text WHERE rowid IN :tickets").bindparams(  # noqa: S608 - names of our own
    bindparam("tickets", expanding=True)
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


def narrow(connection: Connection, wanted: Wanted) -> list[int] | None:
    """The tickets that have it all, where a rare word leaves few to look at; None where the database has to.

    FTS5 gathers whatever begins with a word before it looks at the next one: for a frequent word that is most of the
    desk, however rare the other is. So the rare ones are asked for, and the frequent ones sought in what they find."""
    if len(wanted.all) < 2:
        return None
    begun = {word for group in wanted.all for said in group if not said.is_phrase for word in said.words}
    frequent = {word for word in begun if len(_found(connection, f'"{word}"')) > FEW}
    later = [group for group in wanted.all if any(frequent.intersection(said.words) for said in group)]
    first = tuple(group for group in wanted.all if group not in later)
    if not (first and later) or any(said.is_phrase for group in later for said in group):
        return None
    tickets = _found(connection, _expression(Wanted(first, wanted.none)))
    if len(tickets) > FEW:
        return None
    rows = connection.execute(_READ, {"tickets": tickets}).mappings()
    return [row["rowid"] for row in rows if all(any(_has(row, said) for said in group) for group in later)]


def _found(connection: Connection, words: str) -> list[int]:
    return list(connection.execute(_FOUND, {"words": words, "limit": FEW + 1}).scalars())


def _has(row: Mapping[Any, Any], said: Said) -> bool:
    """Whether each of the words begins a word in one of its fields."""
    read = "\n".join(row[field] for field in said.fields or FIELDS)
    return all(next(places(read, word), -1) >= 0 for word in said.words)


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
