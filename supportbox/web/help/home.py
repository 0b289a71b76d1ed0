"""The help centre's home, its categories, and the way in."""

from dataclasses import replace

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox.errors import NotFound
from supportbox.kb.catalogue import on_shelf, popular, shelves
from supportbox.web import i18n
from supportbox.web.help.page import enter, linked_data, publisher, read_languages, show, trail
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading

A_PAGE = 40
FIRST = 3
MOST_SHELVES = 60


def front() -> ResponseReturnValue:
    """To the help centre in the reader's language."""
    there = read_languages()
    wanted = i18n.accepted(request.headers.get("Accept-Language", ""))
    own = business().language
    lang = next((code for code in (wanted, own, *there) if code in there), wanted or own)
    response = redirect(f"/help/{lang}/", 302)
    response.vary.add("Accept-Language")
    return response


def home(lang: str) -> ResponseReturnValue:
    """Search, categories with counts, what is read most."""
    enter(lang)
    connection = reading()
    all_shelves = shelves(connection, lang)
    top = [shelf for shelf in all_shelves if shelf.parent_id is None][:MOST_SHELVES]
    filled = [replace(shelf, first=tuple(on_shelf(connection, lang, shelf.id, limit=FIRST))) for shelf in top]
    return show(
        "help/home.html",
        lang,
        path=f"/help/{lang}/",
        others={code: f"/help/{code}/" for code in read_languages()},
        shelves=filled,
        loose=on_shelf(connection, lang, None, limit=A_PAGE),
        popular=popular(connection, lang),
        data=linked_data({"@type": "WebSite", "name": business().name, "publisher": publisher(), "inLanguage": lang}),
    )


def category(lang: str, slug: str) -> ResponseReturnValue:
    """A category: the categories below it, then its articles in order."""
    enter(lang)
    connection = reading()
    all_shelves = shelves(connection, lang)
    here = next((shelf for shelf in all_shelves if shelf.slug == slug), None)
    if here is None:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    number = _page_number()
    links = on_shelf(connection, lang, here.id, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    if number > 1 and not links:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    parent = next((shelf for shelf in all_shelves if shelf.id == here.parent_id), None)
    path = f"/help/{lang}/c/{slug}"
    up = [(parent.name, f"/help/{lang}/c/{parent.slug}")] if parent else []
    return show(
        "help/category.html",
        lang,
        path=path if number == 1 else f"{path}?page={number}",
        others={lang: path},
        shelf=here,
        parent=parent,
        below=[shelf for shelf in all_shelves if shelf.parent_id == here.id],
        links=links[:A_PAGE],
        number=number,
        has_more=len(links) > A_PAGE,
        data=linked_data(trail((_("Help centre"), f"/help/{lang}/"), *up, (here.name, path))),
    )


def _page_number() -> int:
    wanted = request.args.get("page", "1")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
