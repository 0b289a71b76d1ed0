"""The speller: near words, likely words, and only words that may be told."""

import pytest

from supportbox.search.speller import Speller, is_within_two

VOCABULARY = [
    ("password", 40),
    ("passport", 3),
    ("subscription", 12),
    ("étiquette", 9),
    ("etiquette", 1),
    ("order", 30),
    ("border", 2),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasword", "password"),
        ("passwrod", "password"),
        ("passworde", "password"),
        ("passwird", "password"),
        ("subscirptoin", "subscription"),
        ("ordr", "order"),
        ("etiqette", "etiquette"),
    ],
)
def test_slips_are_put_right(typed: str, meant: str) -> None:
    assert Speller(VOCABULARY).correct(typed, lambda _: True) == meant


@pytest.mark.parametrize("typed", ["xyzzyx", "or", "qwertzuiop", "p" * 300, ""])
def test_what_is_near_nothing_stays(typed: str) -> None:
    assert Speller(VOCABULARY).correct(typed, lambda _: True) is None


def test_a_word_that_must_not_be_told_is_not() -> None:
    assert Speller(VOCABULARY).correct("passwort", lambda word: word != "password") == "passport"


def test_corrections_are_shown_as_they_are_written() -> None:
    assert Speller(VOCABULARY).written("etiquette") == "étiquette"
    assert Speller([("cafe", 9), ("café", 2)]).written("cafe") == "cafe"


def test_begun_words_are_completed_with_the_most_common_first() -> None:
    assert Speller(VOCABULARY).complete("pass") == ["password", "passport"]
    assert Speller(VOCABULARY).complete("pa") == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("kitten", "kitten", True),
        ("kitten", "kiten", True),
        ("kitten", "iktten", True),
        ("kitten", "sittin", True),
        ("kitten", "sitting", False),
        ("abcdef", "badcfe", False),
        ("abcdef", "badcef", True),
        ("", "ab", True),
        ("", "abc", False),
    ],
)
def test_distance_of_two(one: str, other: str, near: bool) -> None:
    assert is_within_two(one, other) is near
    assert is_within_two(other, one) is near
