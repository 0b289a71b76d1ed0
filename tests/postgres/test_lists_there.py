"""On PostgreSQL, by the tests of their own room: lists, folders and their counts."""

from tests.web.conftest import ada, app
from tests.web.test_inbox_lists import *  # noqa: F403 - every test of that file

assert ada and app  # fixtures
