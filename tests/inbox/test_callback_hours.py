"""Call-backs and opening hours: "as soon as possible" is never in the night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportbox.inbox.callback import LATEST, Slot, soonest
from supportbox.people.opening_hours import OpeningHours, read_hours

PARIS = ZoneInfo("Europe/Paris")
WEEK = tuple(f"{day} {part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("09:00-12:30", "14:00-18:00"))


def hours(*closed: str, week: tuple[str, ...] = WEEK) -> OpeningHours:
    found = read_hours(week, closed, "Europe/Paris")
    assert found
    return found


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (at(2, 9, 30), Slot(at(2, 9, 30), at(2, 11, 30))),
        (at(2, 11, 30), Slot(at(2, 11, 30), at(2, 12, 30))),
        (at(2, 12, 15), Slot(at(2, 14), at(2, 16))),
        (at(2, 13), Slot(at(2, 14), at(2, 16))),
        (at(6, 17, 45), Slot(at(9, 9), at(9, 11))),
    ],
    ids=["open", "until it closes", "about to close", "lunch", "Friday evening"],
)
def test_as_soon_as_possible_lies_in_the_hours(now: datetime, slot: Slot) -> None:
    assert soonest(now, hours()) == slot


def test_a_period_of_ten_minutes_is_long_enough() -> None:
    assert soonest(at(2, 8), hours(week=("mon 09:00-09:10",))) == Slot(at(2, 9), at(2, 9, 10))


def test_without_hours_and_where_nobody_comes_back_it_is_now() -> None:
    now = at(8, 3)
    assert soonest(now) == soonest(now, hours("2026-01-01 2099-01-01")) == Slot(now, now + timedelta(hours=2))


@given(st.integers(0, 60 * 24 * 60))
def test_whenever_it_is_asked_the_slot_is_open_from_its_start_to_its_end(minutes: int) -> None:
    week, now = hours("2026-03-16 2026-03-18"), at(1, 0) + timedelta(minutes=minutes)
    slot = soonest(now, week)
    assert now <= slot.start < slot.end <= now + LATEST
    assert week.is_open(slot.start) and week.is_open(slot.end - timedelta(minutes=1))
    assert week.next_opening(now) == slot.start or slot.start - now < timedelta(days=6)
