"""On PostgreSQL, by the tests of their own room: which letters belong to which ticket."""

from tests.inbox.conftest import mailroom
from tests.inbox.test_who_may_append import *  # noqa: F403 - every test of that file

assert mailroom  # a fixture
