"""The table in docs/channels.md of what is tested for which kind: it says what the tests do, no more and no less."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from supportbox.channels.gateways import gateways
from tests.channels import test_contract, test_media_in, test_media_out, test_rules
from tests.channels.conftest import cases
from tests.channels.voice import test_voice_media
from tests.channels.webhook import test_webhook_media
from tests.conftest import NOW

DOCS = Path(__file__).parents[2] / "docs" / "channels.md"
KINDS = [case.KIND for case in cases()]
# For each row the tests that ask it.
ROWS: dict[str, tuple[Callable[..., None], ...]] = {
    "A call that the provider did not sign is turned away": (
        test_contract.test_a_call_that_is_not_the_providers_leaves_nothing,
    ),
    "A call played again adds nothing": (test_rules.test_an_old_call_cannot_be_played_again,),
    "A call for another channel of ours is not this one's": (
        test_rules.test_a_call_for_another_mailbox_of_ours_is_not_this_ones,
    ),
    "Messages in the wrong order are one ticket": (test_rules.test_messages_in_the_wrong_order_are_all_in_one_ticket,),
    "The same message twice is one": (test_contract.test_the_same_call_twice_is_one_message,),
    "A message of an unknown kind is told and kept": (
        test_contract.test_a_kind_of_message_that_nobody_knows_is_told_and_its_call_kept,
    ),
    "Busy (429) or away (503): later": (test_contract.test_too_many_at_a_time_and_away_for_a_moment_are_tried_again,),
    "Stumbled (500, 502, 504) or silent: uncertain, never again by itself": (
        test_contract.test_whatever_may_have_arrived_is_never_sent_again_by_itself,
    ),
    "A clear no is for good, a refused key is said": (
        test_contract.test_a_clear_no_is_for_good_and_a_refused_key_is_said,
    ),
    "Too late to answer: said before and at sending": (test_rules.test_a_closed_window_is_said_before_and_at_sending,),
    "Whoever wants nothing more gets nothing": (
        test_rules.test_whoever_wants_nothing_more_gets_nothing_and_it_is_said,
    ),
    "Too long: refused before anything leaves": (
        test_rules.test_what_is_too_long_is_refused_before_anything_leaves_and_says_how_long_it_is,
    ),
    "A file that is too large is left out and named, or refused": (
        test_webhook_media.test_a_call_that_is_too_large_is_refused_before_it_is_read,
        test_media_in.test_a_media_that_is_told_to_be_too_large_is_not_even_begun,
        test_voice_media.test_a_recording_that_is_told_to_be_too_large_is_not_even_begun,
    ),
    "Nothing is fetched from our own network": (
        test_media_in.test_no_redirect_leads_into_our_own_network,
        test_voice_media.test_a_recording_elsewhere_is_not_fetched,
    ),
    "Several files in one message are all kept": (
        test_webhook_media.test_files_come_in_the_call_itself,
        test_media_in.test_several_files_in_one_message_are_all_kept_in_it,
    ),
    "Killed between two messages of an answer: none sent twice": (
        test_media_out.test_a_worker_killed_between_two_parts_leaves_the_rest_to_an_agent,
    ),
}
# Kinds without kinds of message: the test of an unknown one looks away at once.
ONE_KIND = {case.KIND for case in cases() if case.strange("", "1", outside_id="m", at=NOW) is None}
LOOKS_AWAY = {"A message of an unknown kind is told and kept": ONE_KIND}


def test_the_table_says_what_the_tests_do() -> None:
    assert _table() == {row: _kinds_of(tests) - LOOKS_AWAY.get(row, set()) for row, tests in ROWS.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_page_with_all_that_has_to_be_filled_in(kind: str) -> None:
    page = DOCS.read_text("utf-8").split(f"\n## `{kind}`\n")[1].split("\n## ")[0]
    # The same thing is not explained twice: the address of the service is the provider's own.
    labels = [field.label for field in gateways()[kind].FIELDS if field.name != "api"]
    assert [label for label in labels if f"**{label}**" not in page] == []


def _kinds_of(tests: Iterable[Callable[..., None]]) -> set[str]:
    """The kinds with which these tests are run: all, where a test does not choose."""
    found: set[str] = set()
    for test in tests:
        marks = [mark.args for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        chosen = [args[1] for args in marks if args[0] == "desk"]
        found |= {case.KIND for case in chosen[0]} if chosen else set(KINDS)
    return found & set(KINDS)


def _table() -> dict[str, set[str]]:
    """Row by row the kinds that have the mark."""
    lines = DOCS.read_text("utf-8").split("\n## What is tested\n")[1].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    kinds = [cell.strip("`") for cell in head[1:]]
    assert kinds == KINDS
    assert {cell for row in rows for cell in row[1:]} == {"✓", "–"}
    return {row[0]: {kind for kind, cell in zip(kinds, row[1:], strict=True) if cell == "✓"} for row in rows}
