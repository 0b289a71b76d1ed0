"""A desk with a mail server, and letters without one, for the tests of attacks by mail."""

from tests.flows.conftest import shop
from tests.mailroom import mailroom

__all__ = ["mailroom", "shop"]
