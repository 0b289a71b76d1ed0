"""How well an article answers a query: BM25 finds the candidates, what stands out in them decides."""

from collections.abc import Iterable, Mapping, Sequence

from supportbox.search.asked import Asked
from supportbox.search.shelf import Shelf, Signature

# How many candidates are looked at closely, and what each thing they can have is worth. BM25 itself counts at most
# about 2.5. Chosen by forward selection on one half of the queries and checked on the other.
CLOSELY = 50
TITLE_ORDER = 0.4
STANDS_OUT = 0.8
TITLE_SHARE = 1.0
SUMMARY_OVERLAP = 0.4
ALL_WORDS = 0.4
IS_HEADING = 1.2


def rank(asked: Asked, shelf: Shelf, *, internal: bool) -> list[tuple[int, float]]:
    """The articles that answer best, with their scores."""
    total = sum(asked.rarities.values()) or 1.0
    found = [
        (doc, score / total + ALL_WORDS * has_all + _standing(asked, shelf.signature(doc), total))
        for doc, score, has_all in shelf.candidates(asked, CLOSELY, internal=internal)
    ]
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found


def _standing(asked: Asked, signature: Signature, total: float) -> float:
    """What title, summary and headings add to BM25."""
    wanted, aliases = asked.rarities, asked.aliases
    keys = wanted.keys()
    title, summary, headings = signature
    if aliases:
        title, summary = _canonical(title, aliases), _canonical(summary, aliases)
        headings = [_canonical(heading, aliases) for heading in headings]
    title_words, summary_words = set(title), set(summary)
    in_title, in_summary = title_words & keys, summary_words & keys
    seen = in_title | in_summary
    is_heading = False
    for heading in headings:
        if not keys.isdisjoint(heading):
            seen |= keys & heading
            is_heading = is_heading or keys == set(heading)
    score = STANDS_OUT * sum(wanted[stem] for stem in seen) / total
    if in_title:
        score += TITLE_SHARE * len(in_title) / len(title_words)
        score += TITLE_ORDER * _in_order(asked.stems, [stem for stem in title if stem in wanted]) / len(asked.stems)
    if in_summary:
        score += SUMMARY_OVERLAP * 2 * len(in_summary) / (len(wanted) + len(summary_words))
    return score + IS_HEADING * is_heading


def _canonical(stems: Iterable[str], aliases: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [meant for stem in stems for meant in aliases.get(stem, (stem,))]


def _in_order(asked: Sequence[str], title: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    if len(title) == 1:
        return 1
    row = [0] * (len(title) + 1)
    for stem in asked:
        diagonal = 0
        for place, other in enumerate(title, 1):
            above = row[place]
            row[place] = diagonal + 1 if stem == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]
