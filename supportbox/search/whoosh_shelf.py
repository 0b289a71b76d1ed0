"""One language's Whoosh index as a shelf: postings and columns are read when needed, and postings kept."""

import json
from array import array
from collections.abc import Iterator
from pathlib import Path

from whoosh.reading import IndexReader, TermNotFound

from supportbox.search.asked import Asked
from supportbox.search.bm25 import Postings, best, length_norms, make_postings
from supportbox.search.manifest import Reading
from supportbox.search.shelf import Candidate, Card, Signature
from supportbox.search.whoosh_index import KeptFiles, open_reader

KEPT_SIGNATURES = 20_000
KEPT_POSTINGS = 1_500_000
"""Numbers kept in memory at most (8 bytes each)."""


class WhooshShelf:
    """A `Shelf`. Not for two threads at once: its files have one position each."""

    def __init__(self, folder: Path, generation: int) -> None:
        self._files = KeptFiles(folder)
        try:
            self._reader = reader = open_reader(self._files, generation)
            self._load(reader)
        except BaseException:
            self._files.close_all()
            raise

    def _load(self, reader: IndexReader) -> None:
        self.size = int(reader.doc_count())
        self._gone = bytearray(reader.doc_count_all())
        for doc in range(reader.doc_count_all() if reader.has_deletions() else 0):
            self._gone[doc] = reader.is_deleted(doc)
        lengths = array("I", self._numbers("length"))
        live = sum(length for doc, length in enumerate(lengths) if not self._gone[doc])
        self._norms = length_norms(lengths, live / max(1, self.size))
        self._hidden = bytes(self._numbers("hidden"))
        self._signatures, self._cards, self._bodies = (
            reader.column_reader(name) if self.size else () for name in ("signature", "card", "body")
        )
        self._packed: dict[int, bytes] = {}
        self._postings: dict[str, Postings] = {}
        self._held = 0

    def _numbers(self, name: str) -> Iterator[int]:
        for leaf, _ in self._reader.leaf_readers():
            if leaf.doc_count_all():
                yield from leaf.column_reader(name)

    def close(self) -> None:
        """Let go of the files."""
        self._files.close_all()

    def frequency(self, stem: str) -> int:
        return len(self._found(stem).docs)

    def candidates(self, asked: Asked, limit: int, *, internal: bool) -> list[Candidate]:
        found = {stem: self._found(stem) for stem in asked.weights}
        return best(asked, found, limit, None if internal else self._hidden)

    def _found(self, stem: str) -> Postings:
        kept = self._postings.get(stem)
        if kept is None:
            if self._held > KEPT_POSTINGS:
                self._postings.clear()
                self._held = 0
            kept = self._postings[stem] = self._read("stems", stem)
            self._held += len(kept.docs) + 20
        return kept

    def _read(self, field: str, term: str) -> Postings:
        docs, weights = [], []
        with Reading():
            for leaf, base in self._reader.leaf_readers():
                try:
                    matcher = leaf.postings(field, term)
                except TermNotFound:
                    continue
                while matcher.is_active():
                    docs.append(base + matcher.id())
                    weights.append(matcher.weight())
                    matcher.next()
            return make_postings(docs, weights, self._norms)

    def signature(self, doc: int) -> Signature:
        packed = self._packed.get(doc)
        with Reading():
            if packed is None:
                packed = self._signatures[doc]
                if len(self._packed) < KEPT_SIGNATURES:
                    self._packed[doc] = packed
            return Signature.unpack(packed)

    def card(self, doc: int) -> Card:
        with Reading():
            return Card(*json.loads(self._cards[doc]))

    def body(self, doc: int) -> str:
        with Reading():
            return str(self._bodies[doc], "utf-8")

    def cards(self) -> Iterator[Card]:
        return (self.card(doc) for doc in range(len(self._gone)) if not self._gone[doc])

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        with Reading():
            for leaf, _ in self._reader.leaf_readers():
                for term, info in leaf.iter_field("words"):
                    yield str(term, "utf-8"), info.doc_frequency()

    def is_public_word(self, word: str) -> bool:
        return any(not self._hidden[doc] for doc in self._read("words", word).docs)
