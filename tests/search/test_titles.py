"""Suggestions as one types."""

import pytest

from supportbox.search.shelf import Card
from supportbox.search.titles import Titles

TITLES = [
    "Reset your password",
    "Change your password",
    "Pay an invoice",
    "Déplacer l’étiquette",
    "Passport photos",
    "Secret pay scale",
]


def titles() -> Titles:
    cards = [Card(n, f"a-{n}", title, "", "", not title.startswith("Secret")) for n, title in enumerate(TITLES)]
    return Titles(cards, "en")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("res", "Reset your password"),
        ("your pass", "Reset your password"),
        ("password chan", "Change your password"),
        ("pass", "Passport photos"),
        ("ETIQ", "Déplacer l’étiquette"),
        ("l'etiq", "Déplacer l’étiquette"),
        ("reset passwrod", "Reset your password"),
        ("pay  an ", "Pay an invoice"),
    ],
)
def test_typing_offers_titles(typed: str, first: str) -> None:
    assert titles().suggest(typed, 5, internal=False)[0].title == first


@pytest.mark.parametrize("typed", ["", "p", " ", "%%", "zz", "\x00\x01", "x" * 5000])
def test_typing_nothing_that_fits_offers_nothing(typed: str) -> None:
    assert titles().suggest(typed, 5, internal=False) == ()


def test_agents_are_offered_internal_articles_and_strangers_are_not() -> None:
    assert [offer.title for offer in titles().suggest("pay", 5, internal=False)] == ["Pay an invoice"]
    assert {offer.title for offer in titles().suggest("pay", 5, internal=True)} == {
        "Pay an invoice",
        "Secret pay scale",
    }
    assert titles().suggest("secret", 5, internal=False) == ()


def test_no_title_is_offered_twice_and_the_limit_holds() -> None:
    offers = titles().suggest("pa", 2, internal=True)
    assert len(offers) == len(set(offers)) == 2


def test_near_titles_share_most_words() -> None:
    near = titles().near(["your", "lost", "password"], 5, internal=False)
    assert [offer.title for offer in near] == ["Reset your password", "Change your password"]
