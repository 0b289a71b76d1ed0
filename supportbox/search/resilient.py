"""What all engines share: a reader gets an answer, from the index or else from titles, and never an error."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from supportbox.kb.searcher import Entry, Found, Progress, Suggestion
from supportbox.search.answering import Desk
from supportbox.search.memory_shelf import MemoryShelf

STAND_IN_FOR = 20.0
"""Seconds that titles read from the database serve before they are read again."""

log = logging.getLogger(__name__)
Source = Callable[[], Iterable[Entry]]
Answer = TypeVar("Answer")


class Resilient(ABC):
    """The reading half of a `Searcher`, for one thread at a time behind a lock."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.RLock()
        self._stand_ins: dict[str, Desk] = {}
        self._stand_ins_made = float("-inf")

    @abstractmethod
    def _desk(self, lang: str) -> Desk:
        """Answers from the index; raises when that is out of order."""

    @abstractmethod
    def _suspect(self, lang: str, error: Exception) -> None:
        """Reading raised: find out whether the files are to blame, and remember it."""

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
                return ask(self._desk(lang)), False
            except Exception as error:  # noqa: BLE001 - damaged files raise anything, and a reader must get an answer
                self._suspect(lang, error)
            try:
                return ask(self._stand_in(lang)), True
            except Exception:
                log.exception("No answer even from titles")
                return None, True

    def _stand_in(self, lang: str) -> Desk:
        """Answers from the titles and summaries in the database."""
        now = time.monotonic()
        if now - self._stand_ins_made > STAND_IN_FOR:
            self._stand_ins.clear()
            self._stand_ins_made = now
        if lang not in self._stand_ins:
            shelf = MemoryShelf(entry for entry in self._source() if entry.lang == lang)
            self._stand_ins[lang] = Desk(shelf, lang, {})
        return self._stand_ins[lang]


def counted(progress: Progress | None) -> Progress:
    """Adds up, and tells `progress` the total."""
    total = 0

    def told(more: int) -> None:
        nonlocal total
        total += more
        if progress is not None:
            progress(total)

    return told
