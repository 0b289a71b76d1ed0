"""The search engine for large centres: SQLite's FTS5 behind `kb.searcher.Searcher`, with the same stems and ranking."""

import contextlib
import json
import logging
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from supportbox.errors import Conflict
from supportbox.kb.searcher import Entry, Progress
from supportbox.kb.synonyms import read_rules
from supportbox.search import fts5_store
from supportbox.search.answering import Desk
from supportbox.search.asking import thesaurus_of
from supportbox.search.fts5_shelf import Fts5Shelf
from supportbox.search.manifest import DAMAGED, BeingBuilt, Print, flag_damage, print_of
from supportbox.search.memory_shelf import MemoryShelf
from supportbox.search.resilient import Resilient, Source, counted
from supportbox.search.writer_lock import locked

FILE = "fts5.db"
VERIFY_EVERY = 30.0
TRY_EVERY = 5.0

_DAMAGE = (sqlite3.Error, zlib.error, json.JSONDecodeError, UnicodeDecodeError)

log = logging.getLogger(__name__)


class Fts5Searcher(Resilient):
    """A `Searcher` on a database file of its own in the index folder; the arguments are `WhooshSearcher`'s."""

    def __init__(
        self,
        root: Path,
        source: Source,
        synonyms: Callable[[], Iterable[str]] | None = None,
        patience: float = 5.0,
    ) -> None:
        super().__init__(source)
        self._root, self._synonyms, self._patience = root, synonyms, patience
        self._path = root / FILE
        self._open: sqlite3.Connection | None = None
        self._print: Print | None = None
        self._generation = ""
        self._desks: dict[str, Desk] = {}
        self._broken: Print | None = None
        self._broken_until = self._verified = float("-inf")

    def _desk(self, lang: str) -> Desk:
        connection = self._connection()
        generation = fts5_store.meta(connection, "generation")
        if generation != self._generation:
            self._desks.clear()
            self._generation = generation
        if lang not in self._desks:
            number = fts5_store.number_of(connection, lang)
            if number is None:
                return Desk(MemoryShelf(()), lang, {})
            rules = read_rules(json.loads(fts5_store.meta(connection, "rules")))
            self._desks[lang] = Desk(Fts5Shelf(connection, lang, number), lang, thesaurus_of(rules, lang))
        return self._desks[lang]

    def _connection(self) -> sqlite3.Connection:
        """The open database; opened again when another file has taken its place, read through when it was touched."""
        found = print_of(self._path)
        if self._broken_until > time.monotonic() and found == self._broken:
            raise BeingBuilt
        if found is None:
            raise sqlite3.DatabaseError("the index is gone")
        if self._open is None or self._print is None or found[0] != self._print[0]:
            self._shut()
            self._open = fts5_store.connect(self._path, self._patience)
        if found != self._print:
            with contextlib.suppress(Conflict), locked(self._root, 0):  # while another writes, the next search looks
                found = print_of(self._path)
                fts5_store.verify(self._path)
                self._print = found
        return self._open

    def _suspect(self, lang: str, error: Exception) -> None:
        if isinstance(error, BeingBuilt) or (isinstance(error, sqlite3.OperationalError) and "locked" in str(error)):
            return
        if not isinstance(error, _DAMAGE):
            log.error("A search failed on a sound index", exc_info=error)
            return
        log.warning("The search index (%s) is out of order, titles stand in: %s", lang, error)
        self._shut()
        self._broken, self._broken_until = print_of(self._path), time.monotonic() + TRY_EVERY
        flag_damage(self._root)

    def put(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """See `Searcher`. A database that cannot be built upon is built anew, from the articles' own."""
        kept = list(entries)
        self._change(lambda connection: fts5_store.insert(connection, kept, counted(progress)), progress)

    def drop(self, ids: Iterable[int]) -> None:
        """See `Searcher`."""
        gone = list(ids)
        self._change(lambda connection: fts5_store.delete(connection, gone))

    def set_synonyms(self, rules: Iterable[str]) -> None:
        """See `Searcher`."""
        told = list(rules)
        self._change(lambda connection: fts5_store.note(connection, "rules", json.dumps(told)), rules=told)

    def _change(
        self,
        write: Callable[[sqlite3.Connection], None],
        progress: Progress | None = None,
        rules: list[str] | None = None,
    ) -> None:
        with locked(self._root, self._patience):
            try:
                if (self._root / DAMAGED).exists():
                    raise sqlite3.DatabaseError("a reader stumbled")
                fts5_store.verify(self._path)
                fts5_store.change(self._path, self._patience, write)
            except _DAMAGE as reason:
                log.info("Building the search index anew: %s", reason)
                self._build(self._source(), progress, rules)

    def rebuild(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """See `Searcher`."""
        with locked(self._root, self._patience):
            self._build(entries, progress)

    def _build(self, entries: Iterable[Entry], progress: Progress | None, rules: list[str] | None = None) -> None:
        if rules is None:
            rules = fts5_store.old_rules(self._path) if self._synonyms is None else list(self._synonyms())
        fts5_store.build(self._path, entries, rules, counted(progress))
        (self._root / DAMAGED).unlink(missing_ok=True)
        self._broken_until = float("-inf")

    def needs_rebuild(self) -> bool:
        """See `Searcher`. Every byte is read, but not more often than every half minute."""
        if (self._root / DAMAGED).exists() or not self._path.exists():
            return True
        if time.monotonic() - self._verified < VERIFY_EVERY:
            return False
        try:
            with locked(self._root, 0):
                fts5_store.verify(self._path)
            self._verified = time.monotonic()
        except Conflict:
            return False
        except _DAMAGE as reason:
            log.info("The search index has to be built: %s", reason)
            flag_damage(self._root)
            return True
        return False

    def heal(self) -> bool:
        """See `Searcher`. False, too, when another process is at it."""
        if not self.needs_rebuild():
            return False
        try:
            with locked(self._root, self._patience):
                if self._path.exists() and not (self._root / DAMAGED).exists():
                    return False
                self._build(self._source(), None)
        except Conflict:
            return False
        return True

    def close(self) -> None:
        """See `Searcher`."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        self._desks.clear()
        self._generation, self._print = "", None
        if self._open is not None:
            self._open.close()
            self._open = None
