"""The search engine that SupportBox comes with: Whoosh behind `kb.searcher.Searcher`."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from supportbox.errors import Conflict
from supportbox.kb.searcher import Entry, Found, Progress, Suggestion
from supportbox.search.answering import Desk
from supportbox.search.manifest import DAMAGED, Damaged, flag_damage, read_manifest, verify
from supportbox.search.whoosh_desks import Desks

VERIFY_EVERY = 30.0
"""Seconds between two readings of every byte, which find what changed without a trace."""

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class WhooshSearcher:
    """A `Searcher` on an index folder. `source` reads all findable articles from the database: for a rebuild, and for
    their titles while the index is out of order. `synonyms` reads the owner's rules, for a rebuild.
    `patience` is how many seconds a writer waits for another."""

    def __init__(
        self,
        root: Path,
        source: Callable[[], Iterable[Entry]],
        synonyms: Callable[[], Iterable[str]] | None = None,
        patience: float = 5.0,
    ) -> None:
        self._patience = patience
        self._root, self._source, self._synonyms = root, source, synonyms
        self._lock = threading.RLock()
        self._desks = Desks(root, source)
        self._verified = float("-inf")

    def search(self, query: str, lang: str, limit: int = 10, *, internal: bool = False) -> Found:
        """See `Searcher`."""
        found, is_partial = self._answer(lang, lambda desk: desk.search(query, limit, internal=internal))
        if found is None:
            return Found((), None, 0.0, is_partial=True)
        return replace(found, is_partial=True) if is_partial else found

    def suggest(self, prefix: str, lang: str, limit: int = 5, *, internal: bool = False) -> tuple[Suggestion, ...]:
        """See `Searcher`."""
        found, _ = self._answer(lang, lambda desk: desk.suggest(prefix, limit, internal=internal))
        return found or ()

    def _answer(self, lang: str, ask: Callable[[Desk], Answer]) -> tuple[Answer | None, bool]:
        """The answer, and whether titles alone gave it; None when they could not either."""
        with self._lock:
            try:
                return ask(self._desks.desk(lang)), False
            except Exception as error:  # noqa: BLE001 - damaged files raise anything, and a reader must get an answer
                self._desks.suspect(lang, error)
            try:
                return ask(self._desks.stand_in(lang)), True
            except Exception:
                log.exception("No answer even from titles")
                return None, True

    def put(self, entries: Iterable[Entry], *, progress: Progress | None = None) -> None:
        """See `Searcher`. An index that cannot be built upon is built anew, from the database."""
        self._change(list(entries), (), progress)

    def drop(self, ids: Iterable[int]) -> None:
        """See `Searcher`."""
        self._change([], list(ids), None)

    def _change(self, entries: list[Entry], dropped: Iterable[int], progress: Progress | None) -> None:
        from supportbox.search import whoosh_writer  # lazily, as all of Whoosh

        with whoosh_writer.locked(self._root, self._patience):
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
        from supportbox.search import whoosh_writer

        with whoosh_writer.locked(self._root, self._patience):
            self._build(entries, progress)
        self._look_again()

    def _build(self, entries: Iterable[Entry], progress: Progress | None) -> None:
        from supportbox.search import whoosh_writer

        rules = None if self._synonyms is None else tuple(self._synonyms())
        whoosh_writer.build(self._root, entries, counted(progress), rules)

    def set_synonyms(self, rules: Iterable[str]) -> None:
        """See `Searcher`."""
        from supportbox.search import whoosh_writer

        with whoosh_writer.locked(self._root, self._patience):
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
        from supportbox.search import whoosh_writer

        if not self.needs_rebuild():
            return False
        try:
            with whoosh_writer.locked(self._root, self._patience):
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


def counted(progress: Progress | None) -> Progress:
    """Tells `progress` the running total."""
    total = 0

    def told(more: int) -> None:
        nonlocal total
        total += more
        if progress is not None:
            progress(total)

    return told
