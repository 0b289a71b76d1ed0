"""From a query and a shelf to the answer: the part that all engines share."""

from functools import cached_property
from time import perf_counter

from supportbox.kb.searcher import Found, Hit, Suggestion
from supportbox.search.analysis import words
from supportbox.search.asking import Reader, Thesaurus
from supportbox.search.excerpt import Excerpter
from supportbox.search.ranking import rank
from supportbox.search.shelf import Shelf
from supportbox.search.speller import Speller
from supportbox.search.titles import Titles

MAX_LIMIT = 50


class Desk:
    """Answers for one language from one shelf; what is expensive is made when first needed, and kept."""

    def __init__(self, shelf: Shelf, lang: str, thesaurus: Thesaurus) -> None:
        self.shelf, self.lang = shelf, lang
        self._reader = Reader(shelf, lang, lambda: self._speller, thesaurus)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.shelf.vocabulary())

    @cached_property
    def _titles(self) -> Titles:
        return Titles(self.shelf.cards(), self.lang)

    def search(self, query: str, limit: int, *, internal: bool) -> Found:
        """The hits, or the nearest titles when no word is found."""
        began = perf_counter()
        limit = max(1, min(limit, MAX_LIMIT))
        question = self._reader.read(query, internal=internal)
        ranked = rank(question.asked, self.shelf, internal=internal)[:limit]
        excerpter = Excerpter(question.marked, self.lang)
        hits = [self._hit(doc, score, excerpter) for doc, score in ranked]
        if not hits:
            near = self._titles.near(words(query[:200]), limit, internal=internal)
            hits = [Hit(card.id, card.slug, self.lang, card.title, "", card.is_public, 0.0) for card in near]
        return Found(tuple(hits), question.did_you_mean, (perf_counter() - began) * 1000)

    def suggest(self, prefix: str, limit: int, *, internal: bool) -> tuple[Suggestion, ...]:
        """Titles that fit what has been typed."""
        return self._titles.suggest(prefix, max(1, min(limit, MAX_LIMIT)), internal=internal)

    def _hit(self, doc: int, score: float, excerpter: Excerpter) -> Hit:
        card = self.shelf.card(doc)
        pieces = excerpter.excerpt(card.summary, lambda: self.shelf.body(doc))
        return Hit(
            card.id, card.slug, self.lang, card.title, card.category, card.is_public, round(score, 4), pieces
        )  # fmt: skip
