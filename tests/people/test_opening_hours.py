"""Opening hours: open or closed at any moment, also on the two nights of the year when the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportbox.people.opening_hours import (
    MIDNIGHT,
    ClosedDays,
    OpeningHours,
    Period,
    closed_texts,
    read_closed,
    read_hours,
    week_texts,
)

PARIS = ZoneInfo("Europe/Paris")
SHOP = tuple(f"{day} {part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("09:00-12:30", "14:00-18:00"))


def hours(*week: str, closed: tuple[str, ...] = (), zone: str = "Europe/Paris") -> OpeningHours:
    found = read_hours(week, closed, zone)
    assert found
    return found


def paris(day: int, hour: int, minute: int = 0, *, month: int = 3, fold: int = 0) -> datetime:
    """2026; 2 March is a Monday. As everything in the house: in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (paris(2, 9), paris(2, 9)),
        (paris(2, 12, 29), paris(2, 12, 29)),
        (paris(2, 12, 30), paris(2, 14)),
        (paris(2, 18), paris(3, 9)),
        (paris(6, 18), paris(9, 9)),
        (paris(8, 12), paris(9, 9)),
    ],
    ids=["to the minute", "last minute", "lunch", "evening", "Friday evening", "Sunday"],
)
def test_the_next_opening_is_now_or_when_the_next_period_begins(now: datetime, opens: datetime) -> None:
    shop = hours(*SHOP)
    assert shop.next_opening(now) == opens
    assert shop.is_open(now) is (now == opens)


def test_nobody_said_when_is_no_hours_at_all() -> None:
    assert read_hours((), ("2026-12-24 2026-12-26 Christmas",), "Europe/Paris") is None


def test_closed_days_are_closed_and_the_first_day_after_opens() -> None:
    shop = hours(*SHOP, closed=("2026-12-24 2026-12-28 Christmas",))
    assert shop.next_opening(paris(23, 18, month=12)) == paris(29, 9, month=12)
    assert not shop.is_open(paris(24, 10, month=12))
    assert shop.closed_on(date(2026, 12, 28)) == ClosedDays(date(2026, 12, 24), date(2026, 12, 28), "Christmas")
    assert shop.closed_on(date(2026, 12, 29)) is None


def test_a_business_that_never_opens_again_says_none() -> None:
    gone = hours(*SHOP, closed=("2026-01-01 2099-01-01",))
    assert gone.next_opening(paris(2, 10)) is None
    assert not gone.is_open(paris(2, 10))


def test_a_night_goes_on_over_midnight() -> None:
    bar = hours("fri 18:00-24:00", "sat 00:00-02:00")
    assert bar.is_open(paris(6, 23, 59)) and bar.is_open(paris(7, 0)) and not bar.is_open(paris(7, 2))
    assert bar.closing(paris(6, 20)) == paris(7, 2)
    assert bar.closing(paris(7, 2)) is None


def test_whoever_never_closes_is_open_at_once() -> None:
    always = hours(*(f"{day} 00:00-24:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")))
    assert always.is_open(paris(8, 3))
    assert always.closing(paris(8, 3)) is None


def test_the_clock_goes_forward() -> None:
    """On 29 March 2026 there is no time between 2:00 and 3:00 in Paris."""
    night = hours("sat 22:00-24:00", "sun 01:00-04:00")
    assert night.is_open(paris(29, 1, 30))
    assert night.is_open(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)), "3:00, an hour after 1:59"
    assert not night.is_open(datetime(2026, 3, 29, 2, 0, tzinfo=UTC)), "4:00"
    assert hours("sun 09:00-12:00").next_opening(paris(28, 20)) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert hours("sun 02:30-05:00").next_opening(paris(28, 20)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_clock_goes_back() -> None:
    """On 25 October 2026 the time between 2:00 and 3:00 comes twice in Paris."""
    night = hours("sun 01:00-02:30")
    assert night.is_open(paris(25, 2, 15, month=10)) and night.is_open(paris(25, 2, 15, month=10, fold=1))
    assert not night.is_open(paris(25, 2, 30, month=10, fold=1))
    assert hours("sun 02:30-04:00").next_opening(paris(25, 0, month=10)) == paris(25, 2, 30, month=10)
    assert hours("sun 09:00-12:00").next_opening(paris(24, 20, month=10)) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


DAYS = [
    (), ((0, MIDNIGHT),), ((540, 750), (840, 1080)), ((120, 180),), ((60, 150), (165, 240)), ((1080, MIDNIGHT),),
    ((0, 90),), ((130, 140), (150, 160)), ((30, 125), (175, 1435)),
]  # fmt: skip
days = st.sampled_from([tuple(Period(*pair) for pair in day) for day in DAYS])


@st.composite
def a_week(draw: st.DrawFn) -> OpeningHours:
    week = draw(st.tuples(*[days] * 7))
    first = date(2026, 3, 27) + timedelta(days=draw(st.integers(-3, 4)))
    last = first + timedelta(days=draw(st.integers(0, 3)))
    zone = draw(st.sampled_from(["Europe/Paris", "America/Havana", "Australia/Lord_Howe", "UTC"]))
    return OpeningHours(week, (ClosedDays(first, last),) if draw(st.booleans()) else (), ZoneInfo(zone))


nights = st.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 11, 1)])
moments = st.builds(
    lambda start, ahead: start.replace(tzinfo=UTC) + timedelta(minutes=ahead), nights, st.integers(0, 3 * MIDNIGHT)
)


@given(a_week(), moments)
def test_between_now_and_the_next_opening_it_is_closed_and_then_it_is_open(week: OpeningHours, now: datetime) -> None:
    opens = week.next_opening(now)
    if opens is None:
        assert not any(week.week)
        return
    assert week.is_open(opens)
    before = opens - timedelta(minutes=1)
    assert opens == now or before < now or not week.is_open(before)
    if closing := week.closing(now):
        assert week.is_open(closing - timedelta(minutes=1)) and not week.is_open(closing)


@given(a_week(), moments)
def test_open_is_what_the_clock_on_the_wall_says(week: OpeningHours, now: datetime) -> None:
    here = now.astimezone(week.zone)
    jumps = {(now + timedelta(hours=hour)).astimezone(week.zone).utcoffset() for hour in range(-26, 27)}
    wall = here.hour * 60 + here.minute
    said = any(one.start <= wall < one.end for one in week.week[here.weekday()]) and not week.closed_on(here.date())
    assert len(jumps) > 1 or week.is_open(now) is said


@given(a_week())
def test_what_is_kept_is_read_back(week: OpeningHours) -> None:
    closed = (*week.closed, ClosedDays(date(2026, 12, 24), date(2026, 12, 24), "Christmas, early"))
    texts = week_texts(week.week)
    again = read_hours(texts, closed_texts(closed), str(week.zone))
    assert again == (OpeningHours(week.week, tuple(sorted(closed)), week.zone) if texts else None)
    assert read_closed(closed_texts(closed)) == tuple(sorted(closed))
