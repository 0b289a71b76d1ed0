"""What all pages of the help centre have in common: their language, their other languages, their head."""

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

from flask import current_app
from markupsafe import Markup

from supportbox.config import Settings
from supportbox.errors import NotFound
from supportbox.kb.catalogue import languages
from supportbox.kb.slug import is_language
from supportbox.web.frame import render, speak
from supportbox.web.help.days import long_day
from supportbox.web.help.schedule import publish_what_is_due
from supportbox.web.i18n import LANGUAGES
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading

LANGUAGE_SECONDS = 2.0


def enter(lang: str) -> None:
    """This request is about articles of that language; the page around them speaks it where it can."""
    if not is_language(lang) or (lang not in LANGUAGES and lang not in read_languages()):
        raise NotFound(_("There is no such page, or it is not for you to see."))
    if lang in LANGUAGES:
        speak(lang)
    publish_what_is_due()


def read_languages() -> tuple[str, ...]:
    """Languages that have articles, at most a moment old."""
    kept: tuple[float, tuple[str, ...]] | None = current_app.extensions.get("help.languages")
    if kept is None or kept[0] < monotonic():
        kept = (monotonic() + LANGUAGE_SECONDS, languages(reading()))
        current_app.extensions["help.languages"] = kept
    return kept[1]


def base_url() -> str:
    """Our address as the world knows it."""
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def name_of(lang: str) -> str:
    """A language in its own words."""
    return LANGUAGES.get(lang, lang.upper())


def show(
    template: str,
    lang: str,
    *,
    path: str,
    others: Mapping[str, str],
    switch: Mapping[str, str] | None = None,
    **values: Any,
) -> str:
    """A page about `path`; `others` are the paths of the same page in each language that has it, `switch` those that
    the reader is offered where that differs."""
    ways = others if switch is None else switch
    choices = [(code, name_of(code), ways.get(code) or f"/help/{code}/") for code in sorted({*read_languages(), lang})]
    return render(
        template,
        content_lang=lang,
        long_day=long_day,
        base=base_url(),
        path=path,
        choices=choices if len(choices) > 1 else [],
        alternates={code: where for code, where in others.items() if len(others) > 1},
        **values,
    )


def linked_data(*things: Mapping[str, object]) -> Markup:
    """Facts for search engines, as a script element may hold them: nothing in them can end it."""
    text = json.dumps([{"@context": "https://schema.org", **thing} for thing in things], ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here


def trail(*steps: tuple[str, str]) -> dict[str, object]:
    """Breadcrumbs as linked data; each step is a name and a path."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": base_url() + path}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def publisher() -> dict[str, object]:
    """Who says all this."""
    return {"@type": "Organization", "name": business().name, "url": business().website or base_url()}
