"""On PostgreSQL, by the tests of their own room: who takes part in a ticket."""

from tests.inbox.conftest import mailroom
from tests.inbox.test_participants import *  # noqa: F403 - every test of that file

assert mailroom  # a fixture
