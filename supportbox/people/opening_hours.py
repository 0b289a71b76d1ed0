"""Opening hours: the periods of a week and the days that are closed, by the clock of the business."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, HORIZON = timedelta(days=1), 400  # days; whoever is closed for longer says no day of opening
MIDNIGHT = 24 * 60
_PERIOD = re.compile(r"(mon|tue|wed|thu|fri|sat|sun) (\d\d):(\d\d)-(\d\d):(\d\d)")


class Period(NamedTuple):
    """Minutes after midnight, on the clock on the wall; the end may be 24:00."""

    start: int
    end: int


class Span(NamedTuple):
    """From when to when somebody answers, in UTC."""

    start: datetime
    end: datetime


class ClosedDays(NamedTuple):
    """Days on which nobody answers, the last one included; the word says why and may be empty."""

    first: date
    last: date
    word: str = ""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Seven days of periods, Monday first, in order and apart from each other; at least one in the week."""

    week: tuple[tuple[Period, ...], ...]
    closed: tuple[ClosedDays, ...]
    zone: ZoneInfo

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers now."""
        return self.next_opening(now) == now

    def next_opening(self, now: datetime) -> datetime | None:
        """When somebody answers next: now where it is open. None: not within a year."""
        span = next(self.spans(now), None)
        return max(span.start, now) if span else None

    def closing(self, now: datetime) -> datetime | None:
        """Until when it stays open, over midnight too. None: it is closed, or never closes."""
        until = now
        for span in self.spans(now):
            if span.start > until:
                return until if until > now else None
            until = max(until, span.end)
        return None

    def spans(self, now: datetime) -> Iterator[Span]:
        """The periods of now and from now on, in order, each of one day."""
        today = now.astimezone(self.zone).date()
        for ahead in range(-1, HORIZON):
            yield from (span for span in self._day(today + ahead * DAY) if span.end > now)

    def closed_on(self, day: date) -> ClosedDays | None:
        """The entry because of which that day is closed."""
        return next((one for one in self.closed if one.first <= day <= one.last), None)

    def _day(self, day: date) -> list[Span]:
        if self.closed_on(day):
            return []
        # In the hour that comes twice, the first time opens and the second one closes.
        found = [
            (self._at(day, one.start), max(self._at(day, one.end), self._at(day, one.end, fold=1)))
            for one in self.week[day.weekday()]
        ]
        return sorted(Span(start, end) for start, end in found if start < end)

    def _at(self, day: date, minutes: int, *, fold: int = 0) -> datetime:
        """An hour that is skipped comes later by the clock, as long after midnight as on any other day."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)


@lru_cache(16)
def read_hours(week: tuple[str, ...], closed: tuple[str, ...], timezone: str) -> OpeningHours | None:
    """Of what the settings keep, such as "mon 09:00-12:30" and "2026-12-24 2026-12-26 Christmas". None: no hours."""
    days: list[list[Period]] = [[] for _day in WEEKDAYS]
    for text in week:
        if found := _PERIOD.fullmatch(text):
            hour, minute, last_hour, last_minute = map(int, found.groups()[1:])
            days[WEEKDAYS.index(found[1])].append(Period(hour * 60 + minute, last_hour * 60 + last_minute))
    if not any(days):
        return None
    return OpeningHours(tuple(tuple(sorted(day)) for day in days), read_closed(closed), ZoneInfo(timezone))


def read_closed(closed: tuple[str, ...]) -> tuple[ClosedDays, ...]:
    """The closed days as the settings keep them."""
    parts = [[*text.split(" ", 2), ""] for text in closed]
    return tuple(ClosedDays(date.fromisoformat(one[0]), date.fromisoformat(one[1]), one[2]) for one in parts)


def week_texts(week: tuple[tuple[Period, ...], ...]) -> tuple[str, ...]:
    """As the settings keep them."""
    named = zip(WEEKDAYS, week, strict=True)
    return tuple(f"{name} {_clock(period.start)}-{_clock(period.end)}" for name, day in named for period in day)


def closed_texts(closed: tuple[ClosedDays, ...]) -> tuple[str, ...]:
    """As the settings keep them, the earliest first."""
    return tuple(f"{one.first} {one.last} {one.word}".strip() for one in sorted(closed))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
