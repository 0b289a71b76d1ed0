"""The page of one article."""

from functools import lru_cache
from time import monotonic
from urllib.parse import parse_qs, urlsplit

from flask import current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from supportbox.errors import NotFound
from supportbox.kb.catalogue import (
    Listed,
    Page,
    find_elsewhere,
    find_moved,
    find_page,
    listed,
    neighbours,
    siblings,
    way_to,
)
from supportbox.kb.markdown import Rendered, render
from supportbox.search.opening import get_searcher
from supportbox.web import i18n
from supportbox.web.access import viewer
from supportbox.web.frame import POLICY
from supportbox.web.help import tally
from supportbox.web.help.page import base_url, enter, linked_data, publisher, read_languages, show, trail
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading

RELATED = 4
RELATED_SECONDS = 600.0
MOST_RELATED = 2000


def article(lang: str, slug: str) -> ResponseReturnValue:
    """An article; renamed ones redirect, ones that this language lacks are shown in one that has them."""
    enter(lang)
    connection = reading()
    page = find_page(connection, lang, slug)
    if page is None or not _may_read(page):
        if moved := find_moved(connection, lang, slug):
            return redirect(f"/help/{lang}/a/{moved}", 301)
        page = find_elsewhere(connection, slug)
    if page is None:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    if page.status == "public" and page.lang == lang and viewer() is None:
        tally.viewed(page.id, lang, _searched_for(lang))
    response = make_response(_draw(page, lang))
    if "<img" in rendered(page.body, lang).html:
        response.headers["Content-Security-Policy"] = POLICY.replace("img-src 'self'", "img-src 'self' https:")
    return response


@lru_cache(maxsize=256)
def rendered(body: str, lang: str) -> Rendered:
    """Markdown as HTML with its words in the article's language; kept, for pages are read far more than written."""
    said = i18n.catalogue(lang)
    labels = {
        "note": said.gettext("Note"),
        "tip": said.gettext("Tip"),
        "important": said.gettext("Important"),
        "warning": said.gettext("Warning"),
        "caution": said.gettext("Caution"),
        "table": said.gettext("Table"),
    }
    return render(body, labels)


def _searched_for(lang: str) -> str:
    """What the reader asked for, where they come from our page of results."""
    before = urlsplit(request.headers.get("Referer", "")[:2000])
    if before.netloc != request.host or before.path != f"/help/{lang}/search":
        return ""
    return " ".join(parse_qs(before.query).get("q", [""])[0].split())


def _may_read(page: Page) -> bool:
    return page.status == "public" or viewer() is not None


def _draw(page: Page, lang: str) -> str:
    connection = reading()
    crumbs = [(step.title, f"/help/{page.lang}/c/{step.slug}") for step in way_to(connection, page.category_id)]
    path = f"/help/{page.lang}/a/{page.slug}"
    others = {code: f"/help/{code}/a/{slug}" for code, slug in siblings(connection, page.group).items()}
    before, after = neighbours(connection, page)
    asked = _asked(request.args)
    return show(
        "help/article.html",
        lang,
        path=path,
        others=others or {page.lang: path},
        switch={code: others.get(code, f"/help/{code}/a/{page.slug}") for code in read_languages()},
        page=page,
        text=rendered(page.body, page.lang),
        crumbs=crumbs,
        before=before,
        after=after,
        related=_related(page),
        asked=asked,
        token=request.args.get("feedback", ""),
        data=linked_data(_facts(page, path), trail((_("Help centre"), f"/help/{lang}/"), *crumbs, (page.title, path))),
    )


def _asked(args: MultiDict[str, str]) -> str:
    """How far the reader has come with "Did this answer your question?"."""
    answered = args.get("answered", "")
    return answered if answered in ("yes", "no", "thanks") else ""


def _facts(page: Page, path: str) -> dict[str, object]:
    return {
        "@type": "Article",
        "headline": page.title,
        "description": page.summary,
        "inLanguage": page.lang,
        "dateModified": page.updated_at.isoformat(),
        "datePublished": (page.published_at or page.updated_at).isoformat(),
        "mainEntityOfPage": base_url() + path,
        "author": publisher(),
        "publisher": publisher(),
    }


def _related(page: Page) -> list[Listed]:
    """Articles that answer to this one's title; found once, but checked against the database each time."""
    kept: dict[tuple[int, int], tuple[float, list[int]]] = current_app.extensions.setdefault("help.related", {})
    until, ids = kept.get((page.id, page.version), (0.0, []))
    if until < monotonic():
        hits = get_searcher().search(page.title, page.lang, RELATED + 1).hits
        ids = [hit.id for hit in hits if hit.id != page.id][:RELATED]
        if len(kept) > MOST_RELATED:
            kept.clear()
        kept[page.id, page.version] = (monotonic() + RELATED_SECONDS, ids)
    there = listed(reading(), ids)
    return [there[number] for number in ids if number in there]
