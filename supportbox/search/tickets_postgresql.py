"""The words of tickets in PostgreSQL's full text: a list a field, and all of them once more behind an index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, cast, column, literal, not_, or_, table, text
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from supportbox.search.analysis import words
from supportbox.search.ticket_words import FIELDS, Said, Texts, Wanted

TABLE = table(
    "ticket_text",
    column("ticket", BigInteger),
    column("said", TSVECTOR),
    *(column(field, TSVECTOR) for field in FIELDS),
)
TICKET = TABLE.c.ticket

# PostgreSQL's own limits are 2 KB a word, 256 places of a word, 1 MB in all.
LONGEST_WORD, MOST_PLACES, MOST_WORDS = 500, 255, 40_000
_COLUMNS = ", ".join(f"{field} tsvector" for field in FIELDS)
_MAKE = (
    text(f"CREATE TABLE ticket_text (ticket bigint PRIMARY KEY, said tsvector, {_COLUMNS})"),
    text("CREATE INDEX ix_ticket_text_said ON ticket_text USING gin (said)"),
)
_MADE = text("SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('ticket_text') AND attname = ANY(:fields)")
_REMOVE = text("DELETE FROM ticket_text WHERE ticket = ANY(:tickets)")
_VALUES = [f"CAST(:{field} AS tsvector)" for field in FIELDS]
_ADD = text(
    f"INSERT INTO ticket_text (ticket, {', '.join(FIELDS)}, said) "  # noqa: S608 - names of our own
    f"VALUES (:ticket, {', '.join(_VALUES)}, {' || '.join(_VALUES)})"
)


def is_made(connection: Connection) -> bool:
    """Whether there is a table that can be searched: of these fields, not of an older desk's."""
    return bool(connection.scalar(_MADE, {"fields": list(FIELDS)}) == len(FIELDS))


def make(connection: Connection) -> None:
    for statement in _MAKE:
        connection.execute(statement)


def drop(connection: Connection) -> None:
    connection.execute(text("DROP TABLE IF EXISTS ticket_text"))


def put(connection: Connection, tickets: Sequence[int], found: Mapping[int, Texts]) -> None:
    """Forget the words of these tickets, and learn those that they have now."""
    if tickets:
        connection.execute(_REMOVE, {"tickets": list(tickets)})
    if found:
        connection.execute(_ADD, [{"ticket": ticket, **_vectors(texts)} for ticket, texts in found.items()])


def narrow(connection: Connection, wanted: Wanted) -> None:
    """PostgreSQL is asked for all of it at once."""


def matches(wanted: Wanted) -> ColumnElement[bool]:
    """A condition on TABLE."""
    said = [or_(*map(_said, group)) for group in wanted.all]
    return and_(*said, not_(or_(*map(_said, wanted.none)))) if wanted.none else and_(*said)


def _said(said: Said) -> ColumnElement[bool]:
    """The index finds the tickets; a field, and a phrase, which stands in one field, is looked at in those alone."""
    query = cast(literal(_query(said)), TSQUERY)
    here: ColumnElement[bool] = TABLE.c.said.bool_op("@@")(query)
    fields = [TABLE.c[field] for field in said.fields or (FIELDS if said.is_phrase else ())]
    if not fields:
        return here
    if said.is_phrase:
        return and_(here, or_(*(field.bool_op("@@")(query) for field in fields)))
    joined: ColumnElement[Any] = fields[0]
    for field in fields[1:]:
        joined = joined.op("||")(field)
    return and_(here, joined.bool_op("@@", precedence=5)(query))


def _query(said: Said) -> str:
    """In the language of tsquery. Words are letters and figures only, so that none can be an operator of it."""
    if said.is_phrase:
        return " <-> ".join(f"'{word}'" for word in said.words)
    return " & ".join(f"'{word}':*" for word in said.words)


def _vectors(texts: Texts) -> dict[str, str]:
    left, vectors = MOST_WORDS, {}
    for field in FIELDS:
        found = words(texts[field])[:left]
        vectors[field], left = _vector(found), left - len(found)
    return vectors


def _vector(found: Sequence[str]) -> str:
    """Each word with its places, as PostgreSQL reads it. Our own split: its parser keeps an address in one piece."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(found, 1):
        if len(word) <= LONGEST_WORD and len(places[word]) < MOST_PLACES:
            places[word].append(min(place, 16_383))
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items() if at)
