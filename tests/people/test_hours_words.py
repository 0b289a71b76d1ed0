"""Opening hours as people write and say them, in English and in French."""

from datetime import UTC, datetime

import pytest

from supportbox.people.hours_words import answers_again, closed_words, week_lines
from supportbox.people.opening_hours import OpeningHours, read_closed, read_hours

SHOP = tuple(f"{day} {part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("09:00-12:30", "14:00-18:00"))
FRIDAY = datetime(2026, 12, 18, 18, 0, tzinfo=UTC)  # 19:00 in Paris


def hours(*week: str, closed: tuple[str, ...] = ()) -> OpeningHours:
    found = read_hours(week, closed, "Europe/Paris")
    assert found
    return found


@pytest.mark.parametrize(
    ("week", "english", "french"),
    [
        (SHOP, ["Mon–Fri 9:00–12:30 and 14:00–18:00"], ["Du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 18 h"]),
        (
            (*SHOP, "sat 10:00-13:05"),
            ["Mon–Fri 9:00–12:30 and 14:00–18:00", "Sat 10:00–13:05"],
            ["Du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 18 h", "Samedi, de 10 h à 13 h 05"],
        ),
        (
            ("mon 08:00-20:00", "tue 08:00-20:00", "wed 08:00-20:00", "sat 08:00-20:00", "sun 18:00-24:00"),
            ["Mon–Wed and Sat 8:00–20:00", "Sun 18:00–24:00"],
            ["Du lundi au mercredi et samedi, de 8 h à 20 h", "Dimanche, de 18 h à 24 h"],
        ),
        (
            ("mon 08:00-12:00", "tue 08:00-12:00", "thu 08:00-12:00"),
            ["Mon, Tue and Thu 8:00–12:00"],
            ["Lundi, mardi et jeudi, de 8 h à 12 h"],
        ),
        (
            tuple(f"{day} 00:00-24:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
            ["Every day around the clock"],
            ["Tous les jours, 24 heures sur 24"],
        ),
    ],
    ids=["five days", "and Saturday", "with a gap", "single days", "always"],
)
def test_days_with_the_same_hours_are_said_once(week: tuple[str, ...], english: list[str], french: list[str]) -> None:
    assert week_lines(hours(*week), "en") == english
    assert [line.replace("\xa0", " ") for line in week_lines(hours(*week), "fr")] == french


def test_hours_that_are_heard_have_no_dashes() -> None:
    said = ["Monday to Friday from 9:00 to 12:30 and from 14:00 to 18:00"]
    assert week_lines(hours(*SHOP), "en", is_spoken=True) == said
    assert "–" not in week_lines(hours(*SHOP), "fr", is_spoken=True)[0]


def test_french_times_do_not_break() -> None:
    assert "12\xa0h\xa030" in week_lines(hours(*SHOP), "fr")[0]


@pytest.mark.parametrize(
    ("closed", "now", "english", "french"),
    [
        ((), datetime(2026, 12, 18, 12, 0, tzinfo=UTC), "today from 14:00", "aujourd’hui à partir de 14 h"),
        ((), datetime(2026, 12, 20, 12, 0, tzinfo=UTC), "tomorrow from 9:00", "demain à partir de 9 h"),
        ((), FRIDAY, "on Monday from 9:00", "lundi à partir de 9 h"),
        (("2026-12-19 2027-01-03",), FRIDAY, "on Monday 4 January from 9:00", "le lundi 4 janvier à partir de 9 h"),
        (
            ("2026-12-19 2026-12-31",),
            FRIDAY,
            "on Friday 1 January from 9:00",
            "le vendredi 1er janvier à partir de 9 h",
        ),
    ],
    ids=["today", "tomorrow", "weekday", "date", "first of a month"],
)
def test_when_somebody_answers_again(closed: tuple[str, ...], now: datetime, english: str, french: str) -> None:
    shop = hours("fri 14:00-18:00", *SHOP[:8], "fri 09:00-12:30", closed=closed)
    assert answers_again(shop, now, "en") == f"We answer again {english}."
    assert answers_again(shop, now, "fr").replace("\xa0", " ") == f"Nous répondons de nouveau {french}."


def test_nothing_is_said_while_it_is_open_or_when_no_day_is_known() -> None:
    assert answers_again(hours(*SHOP), datetime(2026, 12, 18, 9, 0, tzinfo=UTC), "en") == ""
    assert answers_again(hours(*SHOP, closed=("2026-01-01 2099-01-01",)), FRIDAY, "en") == ""


def test_closed_days_in_words() -> None:
    days = read_closed(("2026-12-24 2026-12-26 Christmas", "2027-01-01 2027-01-01"))
    assert [closed_words(one, "en") for one in days] == [
        "Closed from 24 December to 26 December: Christmas", "Closed on 1 January",
    ]  # fmt: skip
    assert [closed_words(one, "fr") for one in days] == [
        "Fermé du 24 décembre au 26 décembre\xa0: Christmas", "Fermé le 1er janvier",
    ]  # fmt: skip
