"""Titles and summaries in memory: what answers while the index is being built again."""

from collections.abc import Iterable
from dataclasses import replace

from supportbox.kb.searcher import Entry
from supportbox.search.asked import Asked
from supportbox.search.bm25 import Postings, best, length_norms, make_postings
from supportbox.search.shelf import Candidate, Card, Signature
from supportbox.search.weighing import weigh, written_words


class MemoryShelf:
    """A `Shelf` of a few hundred bytes an article; of the bodies it keeps nothing."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._cards: list[Card] = []
        self._signatures: list[bytes] = []
        self._vocabulary: dict[str, int] = {}
        self._public_words: set[str] = set()
        lengths: list[int] = []
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for doc, entry in enumerate(replace(entry, body="") for entry in entries):
            weights, length = weigh(entry)
            lengths.append(length)
            for stem, weight in weights.items():
                docs, worth = postings.setdefault(stem, ([], []))
                docs.append(doc)
                worth.append(weight)
            self._keep(entry)
        norms = length_norms(lengths, sum(lengths) / max(1, len(lengths)))
        self._postings = {stem: make_postings(docs, worth, norms) for stem, (docs, worth) in postings.items()}
        self._hidden = bytes(not card.is_public for card in self._cards)

    def _keep(self, entry: Entry) -> None:
        self._cards.append(Card(entry.id, entry.slug, entry.title, entry.summary, entry.category, entry.is_public))
        self._signatures.append(Signature.of(entry).pack())
        for word in written_words(entry):
            self._vocabulary[word] = self._vocabulary.get(word, 0) + 1
            if entry.is_public:
                self._public_words.add(word)

    @property
    def size(self) -> int:
        return len(self._cards)

    def frequency(self, stem: str) -> int:
        found = self._postings.get(stem)
        return len(found.docs) if found else 0

    def candidates(self, asked: Asked, limit: int, *, internal: bool) -> list[Candidate]:
        nothing = make_postings((), (), ())
        found: dict[str, Postings] = {stem: self._postings.get(stem, nothing) for stem in asked.weights}
        return best(asked, found, limit, None if internal else self._hidden)

    def signature(self, doc: int) -> Signature:
        return Signature.unpack(self._signatures[doc])

    def card(self, doc: int) -> Card:
        return self._cards[doc]

    def body(self, doc: int) -> str:
        return ""

    def cards(self) -> Iterable[Card]:
        return iter(self._cards)

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        return self._vocabulary.items()

    def is_public_word(self, word: str) -> bool:
        return word in self._public_words
