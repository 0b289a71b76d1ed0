"""A few lines of an article around the words asked for, with those words marked."""

import re
from collections.abc import Callable, Set
from functools import lru_cache

from supportbox.kb.searcher import Piece
from supportbox.search.analysis import stemmer, words

LENGTH = 220
READ = 6_000
"""Letters of the article that are looked at."""
ENOUGH = 60
"""Words found in one text after which nobody looks further."""

_ACCENTED = {"a": "aàáâãäå", "c": "cç", "e": "eèéêë", "i": "iìíîï", "n": "nñ", "o": "oòóôõöœ", "u": "uùúûü", "y": "yýÿ"}

Span = tuple[int, int, str]


class Excerpter:
    """Makes the excerpts of one answer."""

    def __init__(self, stems: Set[str], lang: str) -> None:
        self._stems, self._stem = stems, stemmer(lang)
        self._pattern = _pattern(stems)
        self._known: dict[str, str] = {}

    def excerpt(self, summary: str, body: Callable[[], str]) -> tuple[Piece, ...]:
        """The summary when it has most of the words, or as many as any stretch of the body; or else that stretch."""
        in_summary = self._spans(summary)
        different = len({stem for *_, stem in in_summary})
        if summary and different * 3 >= len(self._stems) * 2:
            return _pieces(summary, 0, in_summary)
        text = body()[:READ]
        start, here = _best_stretch(text, self._spans(text))
        if summary and different >= len({stem for *_, stem in here}):
            return _pieces(summary, 0, in_summary)
        return _pieces(text, start, here)

    def _spans(self, text: str) -> list[Span]:
        """Where the words of these stems are."""
        if not self._stems or not text:
            return []
        found: list[Span] = []
        lowered = text.lower()
        if len(lowered) != len(text):  # a few letters change their length, and every place after them
            lowered = text
        for match in self._pattern.finditer(lowered):
            start, end = match.span()
            if start and lowered[start - 1].isalnum():
                continue
            stem = self._stem_of(match[0])
            if stem:
                found.append((start, end, stem))
                if len(found) == ENOUGH:
                    break
        return found

    def _stem_of(self, written: str) -> str:
        """The stem that was asked for, or nothing."""
        known = self._known.get(written)
        if known is None:
            fitting = (stem for word in words(written) if (stem := self._stem(word)) in self._stems)
            known = self._known[written] = next(fitting, "")
        return known


@lru_cache(maxsize=32)
def _pattern(stems: Set[str]) -> re.Pattern[str]:
    """Whatever begins like one of the stems, accents or not: a cheap sieve before stemming. It begins with one set of
    letters because that is what `re` skips through a text by."""
    starts = sorted({stem[: max(1, min(len(stem) - 1, 6))] for stem in stems if stem})
    first = "".join(sorted({_ACCENTED.get(start[0], re.escape(start[0])) for start in starts}))
    rests = sorted({"".join(map(_any_accent, start[1:])) for start in starts})
    return re.compile(f"[{first}](?:{'|'.join(rests)})[^\\W_]*")


def _any_accent(letter: str) -> str:
    return f"[{_ACCENTED[letter]}]" if letter in _ACCENTED else re.escape(letter)


def around(text: str, spans: list[Span]) -> tuple[Piece, ...]:
    """The stretch of a text with the most different of these words, which are marked in it."""
    start, here = _best_stretch(text, spans)
    return _pieces(text, start, here)


def _best_stretch(text: str, spans: list[Span]) -> tuple[int, list[Span]]:
    """Where the stretch with the most different words begins, and what is marked in it."""
    best: tuple[int, int, list[Span]] = (0, 0, [])
    last = 0
    for first, (start, *_) in enumerate(spans):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start + LENGTH - 40:
            last += 1
        here = spans[first:last]
        different = len({stem for *_, stem in here})
        if different > best[0]:
            best = (different, start, here)
    if not best[2]:
        return 0, []
    return _line_start(text, best[1]), best[2]


def _line_start(text: str, place: int) -> int:
    """The beginning of the sentence or line when near, or else of a word."""
    floor = max(0, place - 60)
    near = max(text.rfind("\n", floor, place), text.rfind(". ", floor, place) + 1)
    if near > floor or floor == 0:
        return max(near, 0)
    space = text.find(" ", floor, place)
    return space + 1 if space >= 0 else floor


def _pieces(text: str, start: int, spans: list[Span]) -> tuple[Piece, ...]:
    stop = _stop(text, start)
    pieces: list[Piece] = []
    add: Callable[[str, bool], None] = lambda part, marked: pieces.append(Piece(part, marked))  # noqa: E731 - two lines long otherwise
    if start and text[start - 1 : start] not in {"\n", "."}:
        add("… ", False)
    at = start + len(text[start:stop]) - len(text[start:stop].lstrip())
    for begin, end, _ in spans:
        if at <= begin and end <= stop:
            if begin > at:
                add(_flat(text[at:begin]), False)
            add(text[begin:end], True)
            at = end
    if at < stop:
        add(_flat(text[at:stop]), False)
    if stop < len(text.rstrip()):
        add(" …", False)
    return tuple(pieces)


def _stop(text: str, start: int) -> int:
    stop = start + LENGTH
    if stop >= len(text):
        return len(text.rstrip())
    space = text.rfind(" ", start + LENGTH // 2, stop)
    return space if space > 0 else stop


def _flat(text: str) -> str:
    """In one line."""
    return re.sub(r"\s+", " ", text)
