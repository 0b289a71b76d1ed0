"""What the composer offers while somebody types: saved replies after /, articles after [[, colleagues after @."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, make_response, request

from supportbox.inbox.mention import list_mentionable
from supportbox.inbox.placeholders import fill
from supportbox.inbox.query import AnyRow
from supportbox.inbox.saved_reply import find_replies, folded
from supportbox.kb.catalogue import listed
from supportbox.search.opening import get_searcher
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.help.page import base_url, read_languages
from supportbox.web.inbox.gate import visible_ticket
from supportbox.web.inbox.preview import ticket_values
from supportbox.web.inbox.ticket_language import ticket_language
from supportbox.web.reading import business, reading

MOST = 8
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list: what it is called, what stands under it, what it puts into the text."""

    title: str
    about: str
    insert: str
    used: int = 0
    language: str = ""


def offer(number: int) -> Response:
    """A piece of HTML: the lines that fit."""
    row = visible_ticket(number)
    words = " ".join(request.args.get("q", "")[:LONGEST].split())
    sign = request.args.get("sign", "/")
    kinds: dict[str, Callable[[AnyRow, str], list[Offer]]] = {"/": _replies, "[[": _articles, "@": _colleagues}
    offers = kinds[sign](row, words) if sign in kinds and (sign == "@" or get_viewer().can_reply) else []
    response = make_response(render("inbox/suggestions.html", offers=offers, sign=sign))
    response.headers["Cache-Control"] = "no-store"
    return response


def _replies(row: AnyRow, words: str) -> list[Offer]:
    found = find_replies(reading(), words, language=ticket_language(row.id), mailbox_id=row.mailbox_id, most=MOST)
    values = ticket_values(reading(), row.id) if found else {}
    return [
        Offer(one.name, one.folder, fill(one.body, values).text, used=one.id, language=one.language) for one in found
    ]


def _articles(row: AnyRow, words: str) -> list[Offer]:
    wanted = ticket_language(row.id)
    lang = wanted if wanted in read_languages() else business().language
    hits = get_searcher().search(words, lang, MOST).hits if words else ()
    there = listed(reading(), [hit.id for hit in hits])
    found = [there[hit.id] for hit in hits if hit.id in there]
    return [
        Offer(one.title, one.category or "", f"[{_unbracketed(one.title)}]({base_url()}/help/{lang}/a/{one.slug})")
        for one in found
    ]


def _colleagues(row: AnyRow, words: str) -> list[Offer]:
    wanted = folded(words)
    mine = get_viewer().id
    team = (one for one in list_mentionable(reading()) if one.id != mine)
    fitting = [one for one in team if any(part.startswith(wanted) for part in folded(one.name).split() or [""])]
    return [Offer(one.name, f"@{one.handle}", f"@{one.handle} ") for one in fitting[:MOST]]


def _unbracketed(title: str) -> str:
    return title.replace("[", "(").replace("]", ")")
