"""Tickets are found by the same words and operators as in SQLite: the very tests of the search, on PostgreSQL."""

from tests.search.test_ticket_operators import *  # noqa: F403 - every test of that file
from tests.search.test_ticket_search import *  # noqa: F403 - and of this one
