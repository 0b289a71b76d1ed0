"""The frame around every page: its language, its headers, and what each template is told."""

from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from supportbox.web import i18n
from supportbox.web.access import viewer
from supportbox.web.assets import asset, icon
from supportbox.web.channel_words import contact_name
from supportbox.web.forged import csrf_token
from supportbox.web.reading import business
from supportbox.web.theme import stylesheet

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Headers before and after each request."""
    for language in i18n.LANGUAGES:
        i18n.environment(language).globals.update(
            asset=asset,
            icon=icon,
            contact_name=contact_name,
            csrf_token=csrf_token,
            languages=i18n.LANGUAGES,
            stylesheet=stylesheet,
        )
    app.before_request(_begin)
    app.after_request(_finish)


def speak(language: str) -> None:
    """The rest of this request is in that language."""
    g.language = language


def page_language() -> str:
    """The agent's own language, else the browser's, else the business's."""
    if "language" not in g:
        agent = viewer()
        wanted = (agent.language if agent else "") or i18n.accepted(request.headers.get("Accept-Language", ""))
        g.language = wanted or (business().language if business().language in i18n.LANGUAGES else "en")
    language: str = g.language
    return language


def render(template: str, **values: Any) -> str:
    """A template in the language of this request."""
    language = page_language()
    agent = viewer()
    return i18n.environment(language).get_template(template).render(
        lang=language,
        business=business(),
        agent=agent,
        theme=agent.theme if agent else "",
        **values,
    )  # fmt: skip


def _begin() -> None:
    g.began = perf_counter()
    if request.endpoint != "static":
        page_language()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if "began" in g:
        headers["Server-Timing"] = f"app;dur={(perf_counter() - g.began) * 1000:.1f}"
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "private, no-cache")
    return response
