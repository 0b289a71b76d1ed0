"""A line to a provider over which nothing is followed, and which tells when it never came about: nothing was said."""

import time
from functools import cache
from typing import Any

MOST_SECONDS = 120.0  # for a whole answer, however often a byte of it comes


class Unreached(OSError):
    """There was no connection, so that nothing can have arrived."""


@cache
def opener() -> Any:
    """What opens requests. Its modules are loaded on use: desks without such channels do not pay for them."""
    from http.client import HTTPConnection, HTTPSConnection
    from urllib.request import HTTPErrorProcessor, HTTPHandler, HTTPSHandler, build_opener

    class Stay(HTTPErrorProcessor):
        """Follows nothing and raises nothing: a secret goes to one address only."""

        def http_response(self, request: Any, response: Any) -> Any:
            return response

        https_response = http_response

    class Plain(HTTPConnection):
        def connect(self) -> None:
            _reach(super().connect)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            _reach(super().connect)

    class PlainHandler(HTTPHandler):
        def http_open(self, req: Any) -> Any:
            return self.do_open(Plain, req)

    class SecureHandler(HTTPSHandler):
        def https_open(self, req: Any) -> Any:
            return self.do_open(Secure, req)

    return build_opener(Stay, PlainHandler, SecureHandler)


def read_whole(answer: Any, most: int) -> tuple[int, bytes]:
    """The body and its size; of one that is larger than `most` nothing is kept, and what is told to be is not read."""
    if answer.length is not None and answer.length > most:
        return int(answer.length), b""
    over, pieces, size = time.monotonic() + MOST_SECONDS, [], 0
    while size <= most and (piece := answer.read1(min(65_536, most + 1 - size))):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > over:
            raise OSError("the answer comes too slowly")
    if answer.length and size <= most:
        raise OSError("the answer ended before its end")
    return size, b"".join(pieces) if size <= most else b""


def _reach(connect: Any) -> None:
    try:
        connect()
    except OSError as error:
        raise Unreached(error.errno, error.strerror or str(error)) from error
