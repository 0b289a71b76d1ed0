"""By which name this desk may be asked: a page that was asked for by another one could be kept or linked under it."""

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError

from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.web.i18n import gettext as _

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def install(app: Flask) -> None:
    """Turn other names away with a 400, once `base_url` says which is right; this machine itself may always ask."""
    settings: Settings = app.extensions["settings"]
    name = _without_port(urlsplit(settings.base_url).netloc.rpartition("@")[2])
    if name not in LOOPBACK:
        app.before_request(lambda: _check(LOOPBACK | {name}))


def _check(known: frozenset[str]) -> None:
    try:
        asked = _without_port(request.host)
    except SecurityError:
        asked = ""
    if asked not in known:
        raise Refused(_("This help desk has another address. If it is yours, set base_url to the one you typed."))


def _without_port(host: str) -> str:
    head, colon, port = host.lower().rpartition(":")
    return head if colon and port.isdigit() else host.lower().rstrip(".")
