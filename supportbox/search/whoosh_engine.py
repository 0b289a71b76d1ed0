"""The search engine that SupportBox comes with: Whoosh behind `kb.searcher.Searcher`."""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from supportbox.errors import Conflict
from supportbox.kb.searcher import Entry, Progress
from supportbox.search.answering import Desk
from supportbox.search.manifest import DAMAGED, Damaged, flag_damage, read_manifest, verify
from supportbox.search.resilient import Resilient, Source, counted
from supportbox.search.whoosh_desks import Desks
from supportbox.search.writer_lock import locked

VERIFY_EVERY = 30.0
"""Seconds between two readings of every byte, which find what changed without a trace."""

log = logging.getLogger(__name__)


class WhooshSearcher(Resilient):
    """A `Searcher` on an index folder. `source` reads all findable articles from the database: for a rebuild, and for
    their titles while the index is out of order. `synonyms` reads the owner's rules, for a rebuild.
    `patience` is how many seconds a writer waits for another."""

    def __init__(
        self,
        root: Path,
        source: Source,
        synonyms: Callable[[], Iterable[str]] | None = None,
        patience: float = 5.0,
    ) -> None:
        super().__init__(source)
        self._root, self._synonyms, self._patience = root, synonyms, patience
        self._desks = Desks(root)
        self._verified = float("-inf")

    def _desk(self, lang: str) -> Desk:
        return self._desks.desk(lang)

    def _suspect(self, lang: str, error: Exception) -> None:
        self._desks.suspect(lang, error)

    def put(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """See `Searcher`. An index that cannot be built upon is built anew, from the database."""
        self._change(list(entries), (), progress)

    def drop(self, ids: Iterable[int]) -> None:
        """See `Searcher`."""
        self._change([], list(ids), None)

    def _change(self, entries: list[Entry], dropped: Iterable[int], progress: Progress | None) -> None:
        from supportbox.search import whoosh_writer  # lazily, as all of Whoosh

        with locked(self._root, self._patience):
            try:
                if (self._root / DAMAGED).exists():
                    raise Damaged("a reader stumbled")
                whoosh_writer.change(self._root, entries, dropped, counted(progress))
            except Damaged as reason:
                log.info("Building the search index anew: %s", reason)
                self._build(self._source(), progress)
        self._look_again()

    def rebuild(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """See `Searcher`."""

        with locked(self._root, self._patience):
            self._build(entries, progress)
        self._look_again()

    def _build(self, entries: Iterable[Entry], progress: Progress | None) -> None:
        from supportbox.search import whoosh_writer

        rules = None if self._synonyms is None else tuple(self._synonyms())
        whoosh_writer.build(self._root, entries, counted(progress), rules)

    def set_synonyms(self, rules: Iterable[str]) -> None:
        """See `Searcher`."""
        from supportbox.search import whoosh_writer

        with locked(self._root, self._patience):
            try:
                whoosh_writer.set_rules(self._root, tuple(rules))
            except Damaged:
                whoosh_writer.build(self._root, self._source(), counted(None), tuple(rules))
        self._look_again()

    def needs_rebuild(self) -> bool:
        """See `Searcher`. Every byte is read, but not more often than every half minute."""
        try:
            if (self._root / DAMAGED).exists():
                return True
            manifest = read_manifest(self._root)
            if time.monotonic() - self._verified > VERIFY_EVERY:
                for part in manifest.parts.values():
                    verify(self._root, part)
                self._verified = time.monotonic()
        except Damaged as reason:
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
                if not self.needs_rebuild():
                    return False
                self._build(self._source(), None)
        except Conflict:
            return False
        self._look_again()
        return True

    def close(self) -> None:
        """See `Searcher`."""
        with self._lock:
            self._desks.close()

    def _look_again(self) -> None:
        with self._lock:
            self._desks.look_again()
