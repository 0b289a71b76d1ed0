"""One language of the FTS5 database as a shelf: SQLite itself scores."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence

from supportbox.search.asked import Asked
from supportbox.search.bm25 import SATURATION
from supportbox.search.shelf import Candidate, Card, Signature
from supportbox.search.weighing import BODY, HEADING, SUMMARY, TITLE

# FTS5's BM25 saturates at 2.2 for a word, ours at 1 + SATURATION: what is added to it was weighed against ours.
_SCALE = (1 + SATURATION) / 2.2
KEPT = 50_000
SCORED = 7_000
"""Articles that may be scored for any of the words; those with all of the words always are."""


class Fts5Shelf:
    """A `Shelf` on the open connection of its engine."""

    def __init__(self, connection: sqlite3.Connection, lang: str, number: int) -> None:
        self._connection, self._lang = connection, lang
        row = connection.execute("SELECT count(*) FROM article WHERE lang = ?", (lang,)).fetchone()
        self.size = int(row[0])
        self._frequencies: dict[str, int] = {}
        stems = f"stems_{number}"
        score = f"bm25({stems}, {TITLE}, {SUMMARY}, {HEADING}, {BODY})"
        matches = f"SELECT {stems}.rowid, {score} FROM {stems}"  # noqa: S608 - names and numbers of ours
        public = f" JOIN article ON article.doc = {stems}.rowid AND NOT hidden"
        where = f" WHERE {stems} MATCH ? ORDER BY 2 LIMIT ?"
        self._matches = {True: matches + where, False: matches + public + where}
        self._frequency = f"SELECT doc FROM stem_count_{number} WHERE term = ?"  # noqa: S608 - a number of ours
        self._vocabulary = f"SELECT term, doc FROM word_count_{number}"  # noqa: S608 - a number of ours
        self._public_word = (
            f"SELECT 1 FROM words_{number} JOIN article ON article.doc = words_{number}.rowid "  # noqa: S608 - a number of ours
            f"WHERE words_{number} MATCH ? AND NOT hidden LIMIT 1"
        )

    def frequency(self, stem: str) -> int:
        known = self._frequencies.get(stem)
        if known is None:
            if len(self._frequencies) > KEPT:
                self._frequencies.clear()
            row = self._connection.execute(self._frequency, (stem,)).fetchone()
            known = self._frequencies[stem] = int(row[0]) if row else 0
        return known

    def candidates(self, asked: Asked, limit: int, *, internal: bool) -> list[Candidate]:
        some = self._telling(asked)
        if not some:
            return []
        matches = self._matches[internal]
        found = dict(self._connection.execute(matches, (_any(some), limit)).fetchall())
        every = " AND ".join(f"({_any(group)})" for group in asked.groups)
        has_all = dict(self._connection.execute(matches, (every, limit)).fetchall())
        # Where common words were left out, "all words" scores better; elsewhere it counts an alias of two words twice.
        found = {**found, **has_all} if len(some) < len(asked.weights) else {**has_all, **found}
        ranked = sorted(found, key=lambda doc: (found[doc], doc))[:limit]
        return [Candidate(doc, -found[doc] * _SCALE, doc in has_all) for doc in ranked]

    def _telling(self, asked: Asked) -> list[str]:
        """The rarest stems, as many as SQLite can score in time: every article with one of them costs microseconds."""
        known = sorted((count, stem) for stem in asked.weights if (count := self.frequency(stem)))
        found: list[str] = []
        articles = 0
        for count, stem in known:
            articles += count
            if found and articles > SCORED:
                break
            found.append(stem)
        return found

    def signature(self, doc: int) -> Signature:
        return Signature.unpack(self._value("signature", doc))

    def card(self, doc: int) -> Card:
        return Card(*json.loads(self._value("card", doc)))

    def body(self, doc: int) -> str:
        return zlib.decompress(self._value("body", doc)).decode()

    def _value(self, column: str, doc: int) -> bytes:
        row = self._connection.execute(f"SELECT {column} FROM article WHERE doc = ?", (doc,)).fetchone()  # noqa: S608 - our own column names
        if row is None:
            raise sqlite3.DatabaseError("an article is missing")
        return row[0]  # type: ignore[no-any-return]  # SQLite rows have no types

    def cards(self) -> Iterator[Card]:
        rows = self._connection.execute("SELECT card FROM article WHERE lang = ? ORDER BY doc", (self._lang,))
        return (Card(*json.loads(card)) for (card,) in rows.fetchall())

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        return self._connection.execute(self._vocabulary).fetchall()

    def is_public_word(self, word: str) -> bool:
        return self._connection.execute(self._public_word, (_any([word]),)).fetchone() is not None


def _any(stems: Sequence[str]) -> str:
    """Stems are letters and digits only; quoted, none is an operator."""
    return " OR ".join(f'"{stem}"' for stem in stems)
