"""A query as people type it, made ready: stop words out, unknown words put right, synonyms and joined words added."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from supportbox.search.analysis import content_stems, is_stop, stemmer, words
from supportbox.search.asked import Asked, rarity
from supportbox.search.shelf import Shelf
from supportbox.search.speller import Speller

MAX_QUERY = 1_000
MAX_STEMS = 16
SYNONYM = 0.6

_TYPED = re.compile(r"[^\W_]+")

Thesaurus = Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]
"""For a phrase of stems, the phrases that are as good."""


@dataclass(frozen=True)
class Question:
    """What to look for, all words that count as found in an excerpt, and the query as it was probably meant."""

    asked: Asked
    marked: frozenset[str]
    did_you_mean: str | None


class Reader:
    """Reads the queries of one language against one shelf."""

    def __init__(self, shelf: Shelf, lang: str, speller: Callable[[], Speller], thesaurus: Thesaurus) -> None:
        self._shelf, self._lang, self._speller, self._thesaurus = shelf, lang, speller, thesaurus
        self._stem = stemmer(lang)

    def read(self, query: str, *, internal: bool) -> Question:
        """Understand a query. The words that nobody uses are put right with words that its asker may see."""
        query = " ".join(query[:MAX_QUERY].split())
        typed = [(match, word) for match in _TYPED.finditer(query) for word in words(match[0])]
        kept = [(match, word) for match, word in typed if not is_stop(word, self._lang)] or typed
        stems: list[str] = []
        aliases: dict[str, tuple[str, ...]] = {}
        corrected: list[tuple[re.Match[str], str]] = []
        for match, word in kept:
            stem = self._stem(word)
            if not self._shelf.frequency(stem) and not is_stop(word, self._lang):
                right = self._put_right(word, internal)
                if right:
                    stem = self._stem(right)
                    corrected.append((match, self._speller().written(right)))
                else:
                    stem = self._completed(word, internal, aliases) or stem
            stems.append(stem)
        rarities = self._rarities(stems)
        stems = [stem for stem in stems if stem in rarities]
        extras: dict[str, float] = {}
        self._add_joined([word for _, word in kept], rarities, aliases)
        self._add_synonyms(stems, rarities, aliases, extras)
        aliases = {
            alias: meant for alias, meant in aliases.items() if alias not in rarities and rarities.keys() >= set(meant)
        }
        asked = Asked(stems, rarities, aliases, extras)
        return Question(asked, frozenset({*rarities, *aliases, *extras}), _rewritten(query, corrected))

    def _put_right(self, word: str, internal: bool) -> str | None:
        speller = self._speller()
        return speller.correct(word, lambda other: internal or self._shelf.is_public_word(speller.written(other)))

    def _completed(self, start: str, internal: bool, aliases: dict[str, tuple[str, ...]]) -> str | None:
        """The stem of the likeliest word that begins so; the next ones become its aliases."""
        speller = self._speller()
        first = None
        for word in speller.complete(start):
            if internal or self._shelf.is_public_word(speller.written(word)):
                stem = self._stem(word)
                if first is None:
                    first = stem
                elif stem != first:
                    aliases[stem] = (first,)
        return first

    def _rarities(self, stems: Sequence[str]) -> dict[str, float]:
        found = {stem: rarity(self._shelf.size, self._shelf.frequency(stem)) for stem in dict.fromkeys(stems)}
        if len(found) <= MAX_STEMS:
            return found
        known = [stem for stem in found if self._shelf.frequency(stem)] or list(found)
        kept = set(sorted(known, key=lambda stem: -found[stem])[:MAX_STEMS])
        return {stem: value for stem, value in found.items() if stem in kept}

    def _add_joined(
        self, kept: Sequence[str], rarities: Mapping[str, float], aliases: dict[str, tuple[str, ...]]
    ) -> None:
        """Neighbours written as one word in the articles ("one drive")."""
        for one, other in zip(kept[:MAX_STEMS], kept[1:], strict=False):
            stem, pair = self._stem(one + other), (self._stem(one), self._stem(other))
            if stem not in rarities and all(part in rarities for part in pair) and self._shelf.frequency(stem):
                aliases.setdefault(stem, pair)

    def _add_synonyms(
        self,
        stems: Sequence[str],
        rarities: Mapping[str, float],
        aliases: dict[str, tuple[str, ...]],
        extras: dict[str, float],
    ) -> None:
        if not self._thesaurus:
            return
        longest = max(map(len, self._thesaurus))
        for place in range(len(stems)):
            for width in range(1, min(longest, len(stems) - place) + 1):
                phrase = tuple(stems[place : place + width])
                for other in self._thesaurus.get(phrase, ()):
                    if len(other) == 1:
                        aliases.setdefault(other[0], phrase)
                        continue
                    worth = SYNONYM * sum(rarities[stem] for stem in phrase) / len(other)
                    for stem in other:
                        extras[stem] = max(worth, extras.get(stem, 0.0))


def thesaurus_of(rules: Sequence[tuple[tuple[str, ...], tuple[str, ...]]], lang: str) -> Thesaurus:
    """The owner's rules (`kb.synonyms.Rule`) in this language's stems."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for asked, others in rules:
        targets = [tuple(content_stems(other, lang)) for other in others]
        for phrase in asked:
            key = tuple(content_stems(phrase, lang))
            if key:
                found.setdefault(key, []).extend(target for target in targets if target and target != key)
    return {key: targets for key, targets in found.items() if targets}


def _rewritten(query: str, corrected: Sequence[tuple[re.Match[str], str]]) -> str | None:
    if not corrected:
        return None
    parts, end = [], 0
    for match, word in corrected:
        if match.start() >= end:
            parts += [query[end : match.start()], word]
            end = match.end()
    return "".join(parts) + query[end:]
