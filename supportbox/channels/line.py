"""A line to a provider over which nothing is followed, and which tells when it never came about: nothing was said."""

from functools import cache
from typing import Any


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


def _reach(connect: Any) -> None:
    try:
        connect()
    except OSError as error:
        raise Unreached(error.errno, error.strerror or str(error)) from error
