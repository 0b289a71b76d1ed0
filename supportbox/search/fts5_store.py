"""The FTS5 engine's own small database: tables a language, written in one transaction at a time."""

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from supportbox.kb.searcher import Entry, Progress
from supportbox.search.analysis import content_stems, stemmer, words
from supportbox.search.shelf import Card, Signature
from supportbox.search.stopwords import STOP_WORDS
from supportbox.search.weighing import written_words

VERSION = "1"
"""Goes up whenever words or tables change: an older database is then built again."""

# Rollback journal, not WAL: a WAL's shared-memory file is mapped, and one cut short would kill the process.
_PRAGMAS = ("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = NORMAL", "PRAGMA cache_spill = OFF")

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE language (lang TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE article (doc INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, lang TEXT NOT NULL, hidden INTEGER NOT NULL,
    signature BLOB NOT NULL, card BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX article_lang ON article (lang);
"""
_LANGUAGE = """
CREATE VIRTUAL TABLE stems_{n} USING fts5(title, summary, headings, body, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE stem_count_{n} USING fts5vocab(stems_{n}, row);
CREATE VIRTUAL TABLE words_{n} USING fts5(word, detail = none, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE word_count_{n} USING fts5vocab(words_{n}, row);
"""


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """An existing database, or the beginnings of one; transactions are begun by hand."""
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def change(path: Path, patience: float, write: Callable[[sqlite3.Connection], None]) -> None:
    """Write in one transaction, and note the new check sum. Needs the lock."""
    with contextlib.closing(connect(path, patience)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            write(connection)
            note(connection, "generation", str(int(meta(connection, "generation")) + 1))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    _note_sum(path)


def build(path: Path, entries: Iterable[Entry], rules: Iterable[str], told: Progress) -> None:
    """A new database in the place of the old. Needs the lock."""
    new = path.with_suffix(".new")
    for old in (new, new.with_name(new.name + "-journal")):
        old.unlink(missing_ok=True)
    with contextlib.closing(connect(new, 0)) as connection:
        connection.executescript(_TABLES)
        told_once = {"version": VERSION, "rules": json.dumps(list(rules)), "generation": "1"}
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO meta VALUES (?, ?)", told_once.items())
        insert(connection, entries, told)
        connection.execute("COMMIT")
    path.with_name(path.name + "-journal").unlink(missing_ok=True)  # of a writer that was killed: not for the new file
    new.replace(path)
    _note_sum(path)


def old_rules(path: Path) -> list[str]:
    """The synonyms in the database that is there, if it can be read."""
    with contextlib.suppress(sqlite3.Error, ValueError):
        if path.exists():
            with contextlib.closing(connect(path, 0)) as connection:
                return [str(rule) for rule in json.loads(meta(connection, "rules"))]
    return []


def verify(path: Path) -> None:
    """Read every byte; raises when one differs from what was last written by this version. Needs the lock."""
    try:
        expected = path.with_suffix(".sum").read_text()
    except (OSError, ValueError):
        expected = ""
    if expected != f"{VERSION} {_sum_of(path)}":
        raise sqlite3.DatabaseError("the index has changed by another hand or is of another version")


def _note_sum(path: Path) -> None:
    path.with_suffix(".sum").write_text(f"{VERSION} {_sum_of(path)}")


def _sum_of(path: Path) -> int | None:
    total = 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                total = zlib.crc32(block, total)
    except OSError:
        return None
    return total


def meta(connection: sqlite3.Connection, name: str) -> str:
    """What is noted under this name; raises when the database is none of ours."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"no {name} is noted")
    return str(row[0])


def note(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Note something, within the caller's transaction."""
    connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))


def number_of(connection: sqlite3.Connection, lang: str) -> int | None:
    """The number in the names of this language's tables."""
    row = connection.execute("SELECT number FROM language WHERE lang = ?", (lang,)).fetchone()
    return int(row[0]) if row else None


def insert(connection: sqlite3.Connection, entries: Iterable[Entry], told: Progress) -> None:
    """Keep these entries in place of those of the same ids."""
    for entry in entries:
        delete(connection, [entry.id])
        number = _number_for(connection, entry.lang)
        card = Card(entry.id, entry.slug, entry.title, entry.summary, entry.category, entry.is_public)
        doc = connection.execute(
            "INSERT INTO article (id, lang, hidden, signature, card, body) VALUES (?, ?, ?, ?, ?, ?)",
            (
                entry.id,
                _safe(entry.lang),
                not entry.is_public,
                Signature.of(entry).pack(),
                json.dumps(card),
                zlib.compress(entry.body.encode(errors="replace"), 3),
            ),
        ).lastrowid
        connection.execute(
            f"INSERT INTO stems_{number} (rowid, title, summary, headings, body) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - a number of ours
            (doc, *_columns(entry)),
        )
        connection.execute(
            f"INSERT INTO words_{number} (rowid, word) VALUES (?, ?)",  # noqa: S608 - a number of ours
            (doc, " ".join(written_words(entry))),
        )
        told(1)


def delete(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Forget these articles, as far as they are there."""
    for gone in ids:
        row = connection.execute("SELECT doc, lang FROM article WHERE id = ?", (gone,)).fetchone()
        if row is not None:
            number = number_of(connection, row[1])
            connection.execute(f"DELETE FROM stems_{number} WHERE rowid = ?", (row[0],))  # noqa: S608 - a number of ours
            connection.execute(f"DELETE FROM words_{number} WHERE rowid = ?", (row[0],))  # noqa: S608 - a number of ours
            connection.execute("DELETE FROM article WHERE doc = ?", (row[0],))


def _number_for(connection: sqlite3.Connection, lang: str) -> int:
    number = number_of(connection, _safe(lang))
    if number is None:
        number = int(connection.execute("SELECT count(*) + 1 FROM language").fetchone()[0])
        for statement in _LANGUAGE.format(n=number).split(";\n"):
            connection.execute(statement)
        connection.execute("INSERT INTO language VALUES (?, ?)", (_safe(lang), number))
    return number


def _columns(entry: Entry) -> tuple[str, str, str, str]:
    """The stems of each column; titles of stop words alone keep them."""
    stem, stop = stemmer(entry.lang), STOP_WORDS.get(entry.lang, ())

    def stems(text: str) -> str:
        return " ".join(stem(word) for word in words(text) if word not in stop)

    title = " ".join(content_stems(entry.title, entry.lang))
    return title, stems(f"{entry.summary} {' '.join(entry.tags)}"), stems("\n".join(entry.headings)), stems(entry.body)


def _safe(lang: str) -> str:
    return lang.encode(errors="replace").decode()
