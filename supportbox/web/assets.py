"""Static files: read, joined and compressed once at the start, addressed by their content, cached for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from markupsafe import Markup

_COMPRESSED = {".css", ".js", ".svg", ".json", ".webmanifest"}
_KINDS = {".js": "text/javascript", ".rules": "application/speculationrules+json"}
_ANSWERING = ("app.js", "notices.js", "presence.js", "people.js", "composer.js", "ways.js")
# Sent as one file: a request costs a phone more than the bytes do. Each script of a bundle keeps its names to itself.
BUNDLES = {
    "agent.css": ("app.css", "desk.css", "notices.css"),
    "answer.css": ("composer.css", "ticket.css", "calls.css", "ways.css", "chatting.css"),
    "public.css": ("app.css", "help.css"),
    "asked.css": ("help.css", "request.css", "moving.css"),
    "desk.js": ("app.js", "notices.js"),
    "answer.js": _ANSWERING,
    "chat.js": (*_ANSWERING, "chatting.js"),
    "panel.js": ("widget_outbox.js", "widget_files.js", "widget_panel.js"),
    "tickets.js": ("app.js", "notices.js", "list.js"),
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file in memory. `packed` is its gzip form, None where that gains nothing."""

    content: bytes
    packed: bytes | None
    kind: str
    url: str


def install(app: Flask) -> None:
    """Serve the static folder from memory in place of Flask's own view."""
    folder = Path(app.static_folder or "")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    contents |= {name: _joined([contents[part] for part in parts], name) for name, parts in BUNDLES.items()}
    app.extensions["assets"] = {name: _packed(name, content) for name, content in contents.items()}
    app.view_functions["static"] = serve


def asset(name: str) -> str:
    """The address of a static file, with the hash of its content."""
    found: Asset = current_app.extensions["assets"][name]
    return found.url


@cache
def icon(name: str) -> Markup:
    """An icon of the sprite; words beside it, or a hidden name, say what it means."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(asset("icons.svg"), name)


def serve(filename: str) -> Response:
    """A static file; packed for those who can unpack it."""
    found: Asset | None = current_app.extensions["assets"].get(filename)
    if found is None:
        abort(404)
    packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(packed or found.content, content_type=found.kind)
    response.headers["Cache-Control"] = FOREVER if "v" in request.args else "public, max-age=300"
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _joined(contents: list[bytes], name: str) -> bytes:
    return b"\n".join(b"{%b}" % content if name.endswith(".js") else content for content in contents)


def _packed(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    kind = _KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(
        content=content,
        packed=gzip.compress(content, 9, mtime=0) if suffix in _COMPRESSED else None,
        kind=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        url=f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}",
    )
