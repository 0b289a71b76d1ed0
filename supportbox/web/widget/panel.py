"""The panel: a small page in a frame, shown on the sites that the owner listed and nowhere else."""

import hashlib
from functools import lru_cache

from flask import Response, current_app, make_response, request

from supportbox import clock
from supportbox.web.assets import FOREVER, Asset
from supportbox.web.customer.form import FILE_MEGABYTES, MOST_FILES
from supportbox.web.customer.offers import offers_for
from supportbox.web.frame import POLICY, page_language, render, speak
from supportbox.web.help import tally
from supportbox.web.help.page import read_languages
from supportbox.web.here import here
from supportbox.web.i18n import LANGUAGES
from supportbox.web.open_now import away_sentence
from supportbox.web.theme import shades
from supportbox.web.widget.attached import most_megabytes
from supportbox.web.widget.options import get_options, origin_of
from supportbox.web.widget.script import colour_of


def show() -> Response:
    """The page; which site it is on, the browser tells nobody, so that the list in the header decides."""
    chosen = get_options()
    if request.args.get("lang", "")[:2] in LANGUAGES:
        speak(request.args["lang"][:2])
    host, allowed = origin_of(request.args.get("host", "")), chosen.allowed_origins()
    lang, there = page_language(), here().agents_here(clock.now()) if chosen.has_chat else []
    body = render(
        "widget/panel.html",
        greeting=chosen.greeting(lang),
        host=host if host in allowed else "",
        has_chat=chosen.has_chat,
        there=there,
        away=away_sentence(clock.now(), has_chat=chosen.has_chat) if not there else "",
        help_lang=lang if lang in read_languages() else "",
        most=MOST_FILES,
        each=FILE_MEGABYTES,
        together=most_megabytes(),
        style=f"/widget/panel.css?v={_drawn(colour_of(chosen))[1]}",
    )
    response = make_response(body)
    # A picture of the talk is fetched with the visitor's token and shown from the panel's own memory.
    policy = POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:")
    policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {' '.join(allowed)}".rstrip())
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def style() -> Response:
    """The panel's style sheet with the owner's colour in it."""
    content, version = _drawn(colour_of(get_options()))
    response = Response(content, mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else "no-cache"
    return response


def articles() -> Response:
    """The articles for what has been typed so far, to be read on the spot."""
    get_options()
    found = offers_for(request.args.get("q", ""))
    for one in found:
        tally.offered(one.id, "shown")
    response = make_response(render("widget/articles.html", offers=found))
    response.headers["Cache-Control"] = "private, max-age=30"
    return response


def _drawn(colour: str) -> tuple[bytes, str]:
    ours: Asset = current_app.extensions["assets"]["widget_panel.css"]
    return _draw(ours.content, colour)


@lru_cache(4)
def _draw(ours: bytes, colour: str) -> tuple[bytes, str]:
    light, dark = shades(colour)
    tokens = [f"--accent: {one.accent}; --fill: {one.fill}; --on-fill: {one.on_accent};" for one in (light, dark)]
    text = f":root {{ {tokens[0]} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {tokens[1]} }} }}\n"
    content = ours + b"\n" + text.encode()
    return content, hashlib.sha256(content).hexdigest()[:12]
