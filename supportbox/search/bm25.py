"""BM25 over the postings of one collapsed, weighted field."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from supportbox.search.asked import Asked
from supportbox.search.shelf import Candidate

LENGTH_WEIGHT = 0.5
SATURATION = 2.0


class Postings(NamedTuple):
    """The articles that have a stem, ascending, and how much it says in each (between 0 and 1 + `SATURATION`)."""

    docs: "array[int]"
    impacts: "array[float]"


def make_postings(docs: Sequence[int], weights: Sequence[float], norms: Sequence[float]) -> Postings:
    """Postings from weights; `norms` as `length_norm` gives them, by article."""
    gain = SATURATION + 1
    impacts = [weight * gain / (weight + norms[doc]) for doc, weight in zip(docs, weights, strict=True)]
    return Postings(array("I", docs), array("f", impacts))


def length_norms(lengths: Sequence[int], average: float) -> "array[float]":
    """What BM25 puts against a word's weight: more for long articles."""
    fixed, each = SATURATION * (1 - LENGTH_WEIGHT), SATURATION * LENGTH_WEIGHT / (average or 1.0)
    return array("f", [fixed + each * length for length in lengths])


def best(asked: Asked, found: Mapping[str, Postings], limit: int, hidden: Sequence[int] | None) -> list[Candidate]:
    """The `limit` best articles of these postings; `hidden` is true by article for those that must not show."""
    scores: dict[int, float] = {}
    for stem, worth in asked.weights.items():
        docs, impacts = found[stem]
        if not scores:
            scores = {doc: worth * impact for doc, impact in zip(docs, impacts, strict=True)}
            continue
        known = scores.get
        for doc, impact in zip(docs, impacts, strict=True):
            scores[doc] = known(doc, 0.0) + worth * impact
    if hidden is not None:
        scores = {doc: score for doc, score in scores.items() if not hidden[doc]}
    top = nlargest(limit, scores.items(), key=lambda pair: (pair[1], -pair[0]))
    groups = asked.groups
    return [Candidate(doc, score, _has_all(doc, groups, found)) for doc, score in top]


def _has_all(doc: int, groups: Sequence[Sequence[str]], found: Mapping[str, Postings]) -> bool:
    return all(any(_is_in(doc, found[stem].docs) for stem in group) for group in groups)


def _is_in(doc: int, docs: "array[int]") -> bool:
    place = bisect_left(docs, doc)
    return place < len(docs) and docs[place] == doc
