"""Answers offered under the subject of the contact form, and what became of them."""

from dataclasses import dataclass

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from supportbox.kb.catalogue import Page, find_page, listed
from supportbox.kb.markdown import without_anchors
from supportbox.kb.suggest import SHORTEST
from supportbox.search.opening import get_searcher
from supportbox.web.frame import page_language, render
from supportbox.web.help import tally
from supportbox.web.help.article import rendered
from supportbox.web.help.page import read_languages
from supportbox.web.reading import business, reading

MOST = 3
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """An article to read on the spot."""

    id: int
    lang: str
    slug: str
    title: str
    html: Markup


def offers_for(subject: str) -> list[Offer]:
    """The articles that may answer a question with this subject."""
    query = " ".join(subject[:LONGEST].split())
    if len(query) < SHORTEST:
        return []
    connection, lang = reading(), _language()
    hits = get_searcher().search(query, lang, MOST).hits
    there = listed(connection, [hit.id for hit in hits])
    pages = [find_page(connection, lang, there[hit.id].slug) for hit in hits if hit.id in there]
    return [_offer(page) for page in pages if page and page.status == "public"]


def _offer(page: Page) -> Offer:
    html = without_anchors(rendered(page.body, page.lang).html)
    return Offer(page.id, page.lang, page.slug, page.title, Markup(html))  # noqa: S704 - cleaned by nh3


def offer() -> ResponseReturnValue:
    """The list for what has been typed so far, as a piece of the page."""
    found = offers_for(request.args.get("q", ""))
    for one in found:
        tally.offered(one.id, "shown")
    response = make_response(render("contact/offers.html", offers=found))
    response.headers["Cache-Control"] = "private, max-age=30"
    return response


def opened() -> ResponseReturnValue:
    """Somebody opened one of them."""
    number = request.form.get("opened", "")
    if number.isdecimal() and len(number) < 16 and listed(reading(), [int(number)]):
        tally.offered(int(number), "opened")
    return "", 204


def solved() -> ResponseReturnValue:
    """One of them was the answer: no request is made."""
    lang, _, slug = request.form.get("solved", "").partition("/")
    page = find_page(reading(), lang, slug)
    if page and page.status == "public":
        tally.offered(page.id, "solved")
    return redirect("/contact/solved", 303)


def _language() -> str:
    there = read_languages()
    return page_language() if page_language() in there else business().language
