"""Puts unknown words right from the vocabulary in memory, and completes begun ones."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from math import sqrt

from supportbox.search.analysis import fold

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SHORTEST = 4
LONG = 7
LONGEST = 24


class Speller:
    """Words by their folded form; each knows how common it is and how it is written."""

    def __init__(self, vocabulary: Iterable[tuple[str, int]]) -> None:
        counts: dict[str, int] = {}
        self._written: dict[str, str] = {}
        best: dict[str, int] = {}
        for word, count in vocabulary:
            folded = fold(word)
            counts[folded] = counts.get(folded, 0) + count
            if folded != word and count > best.get(folded, 0):
                self._written[folded] = word
                best[folded] = count
        # A plain form that is more common than the accented one is how the word is written.
        for folded in [folded for folded, count in best.items() if counts[folded] > 2 * count]:
            del self._written[folded]
        self._counts = counts
        self._sorted = sorted(counts)
        self._reversed = sorted(word[::-1] for word in counts if len(word) >= LONG)

    def written(self, folded: str) -> str:
        """How the vocabulary writes this word."""
        return self._written.get(folded, folded)

    def correct(self, word: str, accept: Callable[[str], bool]) -> str | None:
        """The likeliest known word one slip away, two for long words. `accept` may refuse one."""
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        for near in (self._one_away(word), self._two_away(word) if len(word) >= LONG else ()):
            ranked = sorted(set(near), key=lambda other: (-self._likelihood(word, other), other))
            for other in ranked:
                if accept(other):
                    return other
        return None

    def complete(self, start: str, limit: int = 3) -> list[str]:
        """The most common words that begin so."""
        if len(start) < 3:
            return []
        place = bisect_left(self._sorted, start)
        found = []
        for word in self._sorted[place : place + 400]:
            if not word.startswith(start):
                break
            found.append(word)
        return sorted(found, key=lambda word: (-self._counts[word], word))[:limit]

    def _likelihood(self, word: str, other: str) -> float:
        """People get the first letter right, rarely change the length, and mean common words."""
        return sqrt(self._counts[other]) * (8 if word[0] == other[0] else 1) * (2 if len(word) == len(other) else 1)

    def _one_away(self, word: str) -> Iterator[str]:
        counts = self._counts
        for place in range(len(word) + 1):
            head, tail = word[:place], word[place:]
            for other in _edits(head, tail):
                if other in counts and other != word:
                    yield other

    def _two_away(self, word: str) -> Iterator[str]:
        """Of two slips at least one third of the word is spared; the first or the last is looked up, and the rest
        compared. (A word with one slip in each of its outer thirds is not found.)"""
        third = max(3, len(word) // 3)
        for ordered, probe in ((self._sorted, word), (self._reversed, word[::-1])):
            start = probe[:third]
            place = bisect_left(ordered, start)
            while place < len(ordered) and ordered[place].startswith(start):
                other = ordered[place]
                place += 1
                if abs(len(other) - len(probe)) <= 2 and is_within_two(probe, other):
                    yield other if probe is word else other[::-1]


def _edits(head: str, tail: str) -> Iterator[str]:
    if tail:
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in LETTERS:
            yield head + letter + tail[1:]
    for letter in LETTERS:
        yield head + letter + tail


def is_within_two(one: str, other: str) -> bool:
    """Whether at most two letters are added, left out, changed or swapped with their neighbour."""
    if sum(letter not in other for letter in set(one)) > 2:
        return False
    width = len(other)
    before: list[int] = []
    last = list(range(width + 1))
    for i, letter in enumerate(one, 1):
        row = [i] + [9] * width
        for j in range(max(1, i - 2), min(width, i + 2) + 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other[j - 1]))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > 2:
            return False
        before, last = last, row
    return last[width] <= 2
