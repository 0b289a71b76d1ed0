"""Letters without a server, for the tests of this room."""

from tests.mailroom import mailroom

__all__ = ["mailroom"]
