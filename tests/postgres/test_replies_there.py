"""On PostgreSQL, by the tests of their own room: answers and whom they go to."""

from tests.inbox.conftest import mailroom
from tests.inbox.test_reply import *  # noqa: F403 - every test of that file

assert mailroom  # a fixture
