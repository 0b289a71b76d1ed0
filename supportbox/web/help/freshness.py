"""Answers that travel light: packed, and not sent at all to a browser that has them already."""

import gzip
import hashlib

from flask import Response, request, session

WORTH_PACKING = 600


def finish(response: Response) -> Response:
    """An ETag over what is sent and a 304 where it is known; gzip for those who can unpack it."""
    if response.status_code != 200 or response.direct_passthrough or request.method not in ("GET", "HEAD"):
        return response
    body = response.get_data()
    if "_user_id" not in session:
        response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.update(("Accept-Encoding", "Cookie"))
    response.set_etag(hashlib.blake2b(body, digest_size=12).hexdigest(), weak=True)
    response.make_conditional(request)
    if response.status_code == 200:
        pack(response, body)
    return response


def pack_up(response: Response) -> Response:
    """The packing alone, for pages that nobody may keep."""
    if response.status_code in (200, 422) and response.mimetype == "text/html" and not response.direct_passthrough:
        response.vary.add("Accept-Encoding")
        pack(response, response.get_data())
    return response


def pack(response: Response, body: bytes) -> None:
    """Compress what is worth it."""
    if len(body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
