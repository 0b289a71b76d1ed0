"""Searching the help centre: the page of results, and titles while somebody types."""

from dataclasses import dataclass
from datetime import datetime

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from supportbox.kb.catalogue import Link, Listed, listed, popular
from supportbox.kb.searcher import Found, Hit, Piece
from supportbox.search.opening import get_searcher
from supportbox.web.access import viewer
from supportbox.web.help import tally
from supportbox.web.help.page import enter, read_languages, show
from supportbox.web.reading import reading

MOST = 20
NEAREST = 5
SHORTEST = 3
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results: what search found, under the address that the database says."""

    slug: str
    title: str
    category: str
    updated_at: datetime
    excerpt: tuple[Piece, ...]
    is_internal: bool


def asked_for() -> str:
    """The reader's words, as far as they make sense."""
    return " ".join(request.args.get("q", "")[:LONGEST].split())


def search(lang: str) -> ResponseReturnValue:
    """The page of results; for none, what was perhaps meant, and where to ask instead."""
    enter(lang)
    query, internal = asked_for(), viewer() is not None
    found = get_searcher().search(query, lang, MOST, internal=internal) if query else Found((), None, 0.0)
    there = listed(reading(), [hit.id for hit in found.hits], internal=internal)
    results = [_result(hit, there[hit.id]) for hit in found.hits if hit.id in there]
    if query and not internal:
        tally.asked(query, lang, len(results))
    return show(
        "help/search.html",
        lang,
        path=f"/help/{lang}/search",
        others={code: f"/help/{code}/search" for code in read_languages()},
        query=query,
        results=results,
        did_you_mean=found.did_you_mean,
        nearest=_nearest(query, lang) if query and not results else [],
    )


def suggestions(lang: str) -> ResponseReturnValue:
    """Titles for what has been typed so far."""
    enter(lang)
    internal = viewer() is not None
    offered = get_searcher().suggest(asked_for(), lang, internal=internal)
    there = listed(reading(), [suggestion.id for suggestion in offered], internal=internal)
    found = [there[suggestion.id] for suggestion in offered if suggestion.id in there]
    response = jsonify([{"title": one.title, "url": f"/help/{lang}/a/{one.slug}"} for one in found])
    response.headers["Cache-Control"] = "no-store" if internal else "public, max-age=30"
    return response


def _nearest(query: str, lang: str) -> list[Link]:
    """Articles whose titles begin somewhat like one of the words; then what is read most."""
    beginnings = [word[:4] for word in query.split()[:5] if len(word) >= SHORTEST]
    offered = [one for beginning in beginnings for one in get_searcher().suggest(beginning, lang, 3)]
    there = listed(reading(), [one.id for one in offered])
    near = [Link(there[one.id].slug, there[one.id].title) for one in offered if one.id in there]
    return list(dict.fromkeys([*near, *popular(reading(), lang, NEAREST)]))[:NEAREST]


def _result(hit: Hit, row: Listed) -> Result:
    return Result(row.slug, row.title, row.category or "", row.updated_at, hit.excerpt, row.status != "public")
