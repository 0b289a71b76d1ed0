"""The Whoosh index as one process has it open: follows other writers and notices damage."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path

from supportbox.kb.synonyms import read_rules
from supportbox.search.answering import Desk
from supportbox.search.asking import thesaurus_of
from supportbox.search.manifest import (
    FILE,
    BeingBuilt,
    Damaged,
    Manifest,
    Part,
    Print,
    Reading,
    flag_damage,
    print_of,
    read_manifest,
    verify,
)
from supportbox.search.memory_shelf import MemoryShelf

LOOK_EVERY = 0.25
"""Seconds between two looks at the files: well under the two that a new article may take to be found."""
TRY_EVERY = 5.0

log = logging.getLogger(__name__)


class OpenPart:
    """One language, open."""

    def __init__(self, root: Path, part: Part, lang: str, rules: Iterable[str]) -> None:
        from supportbox.search.whoosh_shelf import WhooshShelf  # lazily: some MiB of Whoosh that not all processes need

        self.part, folder = part, root / part.folder
        self._prints: dict[Path, Print | None] = {folder / name: print_of(folder / name) for name in part.files}
        verify(root, part)
        with Reading():
            self._shelf = WhooshShelf(folder, part.generation)
        self.desk = Desk(self._shelf, lang, thesaurus_of(read_rules(rules), lang))

    def is_untouched(self) -> bool:
        """Whether the files are still those that were verified."""
        return all(print_of(path) == known for path, known in self._prints.items())

    def close(self) -> None:
        """Let go of the files."""
        self._shelf.close()


class Desks:
    """A desk a language. For one thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._manifest: Manifest | None = None
        self._manifest_print: Print | None = (0, 0, 0)
        self._open: dict[str, OpenPart] = {}
        self._broken_until: dict[str, float] = {}
        self._looked = float("-inf")

    def desk(self, lang: str) -> Desk:
        """Answers from the index as it is now, or raises `Damaged`."""
        self._look()
        try:
            return self._opened(lang)
        except Damaged:
            if print_of(self._root / FILE) == self._manifest_print:
                raise
        self.look_again()  # another process has just replaced what was to be opened
        self._look()
        return self._opened(lang)

    def _opened(self, lang: str) -> Desk:
        if self._manifest is None or self._broken_until.get(lang, 0.0) > time.monotonic():
            raise BeingBuilt
        known = self._open.get(lang)
        if known is None:
            part = self._manifest.parts.get(lang)
            if part is None or not part.files:
                return Desk(MemoryShelf(()), lang, {})
            known = self._open[lang] = OpenPart(self._root, part, lang, self._manifest.rules)
        return known.desk

    def suspect(self, lang: str, error: Exception) -> None:
        """Reading raised: when the files are to blame, put them aside and say so to whoever may write."""
        if isinstance(error, BeingBuilt):
            return
        if not isinstance(error, Damaged):
            log.error("A search failed on a sound index", exc_info=error)
            return
        log.warning("The search index (%s) is out of order, titles stand in: %s", lang, error)
        self._broken_until[lang] = time.monotonic() + TRY_EVERY
        self._close(lang)
        flag_damage(self._root)

    def look_again(self) -> None:
        """The next answer looks at the files first."""
        self._looked = float("-inf")

    def close(self) -> None:
        """Let go of all files and memory."""
        for lang in list(self._open):
            self._close(lang)
        self._manifest, self._manifest_print = None, (0, 0, 0)
        self.look_again()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        seen = print_of(self._root / FILE)
        if seen != self._manifest_print:
            old, self._manifest_print, self._manifest = self._manifest, seen, None
            self._follow(old, read_manifest(self._root))
        for lang, known in list(self._open.items()):
            if not known.is_untouched():
                self._close(lang)

    def _follow(self, old: Manifest | None, manifest: Manifest) -> None:
        """Close what is no longer current; it is opened again when somebody asks."""
        for lang, known in list(self._open.items()):
            if old is None or old.rules != manifest.rules or manifest.parts.get(lang) != known.part:
                self._close(lang)
        self._manifest = manifest
        self._broken_until.clear()

    def _close(self, lang: str) -> None:
        known = self._open.pop(lang, None)
        if known:
            known.close()
