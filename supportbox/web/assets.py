"""Static files: read and compressed once at the start, addressed by their content, cached for ever by browsers."""

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
    app.extensions["assets"] = {str(path.relative_to(folder)): _read(path, folder) for path in files}
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


def _read(path: Path, folder: Path) -> Asset:
    content = path.read_bytes()
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        content=content,
        packed=gzip.compress(content, 9, mtime=0) if path.suffix in _COMPRESSED else None,
        kind=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        url=f"/static/{path.relative_to(folder).as_posix()}?v={hashlib.sha256(content).hexdigest()[:12]}",
    )
