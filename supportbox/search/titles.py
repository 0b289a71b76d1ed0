"""Titles as people type them, from sorted lists in memory."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest

from supportbox.kb.searcher import Suggestion
from supportbox.search.analysis import words
from supportbox.search.shelf import Card
from supportbox.search.speller import Speller

MANY = 1_500
"""Titles looked at for one answer: two letters fit half of a large centre, and only a handful is shown."""


class Titles:
    """All titles of one language."""

    def __init__(self, cards: Iterable[Card], lang: str) -> None:
        told = [(" ".join(words(card.title)), card) for card in cards]
        told.sort(key=lambda pair: (pair[0], pair[1].id))
        self._plain = [plain for plain, _ in told]
        self._shown = [Suggestion(card.id, card.slug, lang, card.title, card.is_public) for _, card in told]
        places: dict[str, array[int]] = {}
        for place, plain in enumerate(self._plain):
            for word in set(plain.split()):
                places.setdefault(word, array("I")).append(place)
        self._places = places
        self._words = sorted(places)
        self._speller: Speller | None = None

    def suggest(self, prefix: str, limit: int, *, internal: bool) -> tuple[Suggestion, ...]:
        """Titles that begin so, then titles with all of these words, the last of which may be unfinished."""
        typed = words(prefix[:200])[:10]
        if sum(map(len, typed)) < 2:
            return ()
        found = dict.fromkeys(self._shown_only(self._beginning(" ".join(typed)), limit, internal))
        if len(found) < limit:
            found.update(dict.fromkeys(self._shown_only(self._having(typed), limit, internal)))
        if not found:
            found.update(dict.fromkeys(self._shown_only(self._having(self._put_right(typed)), limit, internal)))
        return tuple(self._shown[place] for place in list(found)[:limit])

    def near(self, typed: Sequence[str], limit: int, *, internal: bool) -> list[Suggestion]:
        """Titles with any of these words, those with the most first, then the shortest."""
        counts: Counter[int] = Counter()
        for word in dict.fromkeys(typed[:10]):
            counts.update(self._places.get(word, ())[:MANY])
        ranked = sorted(counts, key=lambda place: (-counts[place], len(self._plain[place]), place))
        return [self._shown[place] for place in self._shown_only(ranked, limit, internal)]

    def _shown_only(self, places: Iterable[int], limit: int, internal: bool) -> Iterator[int]:
        for place in places:
            if internal or self._shown[place].is_public:
                yield place
                limit -= 1
                if not limit:
                    return

    def _beginning(self, start: str) -> Iterator[int]:
        place = bisect_left(self._plain, start)
        while place < len(self._plain) and self._plain[place].startswith(start):
            yield place
            place += 1

    def _having(self, typed: Sequence[str]) -> list[int]:
        """Places of titles with all words; the earlier in the title the better, then the shorter title."""
        if not typed:
            return []
        groups = [self._with_word(word) for word in typed]
        groups.sort(key=len)
        fit = groups[0].intersection(*groups[1:])
        first = " " + typed[0]
        return nsmallest(
            50, fit, key=lambda place: ((" " + self._plain[place]).find(first), len(self._plain[place]), place)
        )

    def _with_word(self, start: str) -> set[int]:
        found: set[int] = set(self._places.get(start, ())[:MANY])
        at = bisect_left(self._words, start)
        while at < len(self._words) and self._words[at].startswith(start) and len(found) < MANY:
            found.update(self._places[self._words[at]][: MANY - len(found)])
            at += 1
        return found

    def _put_right(self, typed: Sequence[str]) -> list[str]:
        if self._speller is None:
            self._speller = Speller((word, len(places)) for word, places in self._places.items())
        speller = self._speller
        return [word if self._with_word(word) else speller.correct(word, lambda _: True) or word for word in typed]
