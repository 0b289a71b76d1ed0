"""The core on PostgreSQL: what comes in, what goes out, who may, lists and pages, by the tests of their own rooms."""

from tests.inbox.conftest import mailroom
from tests.inbox.test_participants import *  # noqa: F403 - every test of that file
from tests.inbox.test_reply import *  # noqa: F403 - and of this one
from tests.inbox.test_who_may_append import *  # noqa: F403 - and of this one
from tests.web.conftest import app
from tests.web.test_inbox_lists import *  # noqa: F403 - and of this one

assert mailroom and app  # fixtures
