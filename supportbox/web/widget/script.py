"""The script that a site includes: a button and nothing else, until somebody reaches for it."""

import gzip
import hashlib
import json
from functools import lru_cache

from flask import Response, current_app, request

from supportbox.translations import catalogue
from supportbox.web.assets import Asset
from supportbox.web.help.page import base_url
from supportbox.web.i18n import LANGUAGES
from supportbox.web.reading import business
from supportbox.web.theme import is_colour, shades
from supportbox.web.widget.options import Options, options

SECONDS = 300
NOTHING = b"/* The widget is off. */\n"
USUAL_COLOUR = "#1a5fb4"


def loader() -> Response:
    """One small script with the owner's choices in it; the same for everybody, so that caches may keep it."""
    chosen = options()
    content = _written(chosen) if chosen and chosen.is_on else NOTHING
    response = Response(content, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(hashlib.sha256(content).hexdigest()[:16])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(_packed(content))
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def _written(chosen: Options) -> bytes:
    light, _dark = shades(colour_of(chosen))
    said = {
        "base": base_url(),
        "side": chosen.side,
        "fill": light.fill,
        "ink": light.on_accent,
        "label": {code: chosen.label or catalogue(code).gettext("Help") for code in LANGUAGES},
        "title": {code: catalogue(code).gettext("Help and chat") for code in LANGUAGES},
        "unread": {code: catalogue(code).gettext("new message") for code in LANGUAGES},
    }
    code: Asset = current_app.extensions["assets"]["widget.js"]
    return b"((config) => {\n" + code.content + b"})(" + json.dumps(said).encode() + b");\n"


def colour_of(chosen: Options) -> str:
    """The widget's own, else the business's, else ours."""
    return next((one for one in (chosen.colour, business().accent) if is_colour(one)), USUAL_COLOUR)


@lru_cache(8)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
