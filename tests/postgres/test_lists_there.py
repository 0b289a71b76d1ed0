"""On PostgreSQL, by the tests of their own room: lists, folders and their counts."""

from tests.web.conftest import ada, app
from tests.web.test_inbox_lists import (
    test_a_letter_waits_among_the_unassigned,
    test_each_ticket_is_in_its_folders,
    test_nonsense_in_the_address_is_harmless,
    test_only_one_tag_or_mailbox,
    test_who_waits_longest_comes_first_and_who_waits_for_nothing_last,
)

__all__ = [
    "ada",
    "app",
    "test_a_letter_waits_among_the_unassigned",
    "test_each_ticket_is_in_its_folders",
    "test_nonsense_in_the_address_is_harmless",
    "test_only_one_tag_or_mailbox",
    "test_who_waits_longest_comes_first_and_who_waits_for_nothing_last",
]
