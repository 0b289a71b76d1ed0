"""The form of opening hours as it was typed: two periods a weekday, closed days, and what is wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from supportbox.people.business import Business
from supportbox.people.hours_words import day_name
from supportbox.people.opening_hours import (
    MIDNIGHT,
    WEEKDAYS,
    ClosedDays,
    Period,
    closed_texts,
    read_closed,
    read_hours,
    week_texts,
)
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _

PARTS = ("from", "to", "from2", "to2")
MOST_CLOSED, EMPTY_ROWS, LONGEST_WORD = 60, 3, 60
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(?:h|(am|pm)|([ap])\.m\.)?", re.IGNORECASE)


class Wrong(Exception):
    """One sentence for whoever typed."""


@dataclass(slots=True)
class HoursForm:
    """What stands in the fields, by their names; the week and the closed days that were understood."""

    fields: dict[str, str]
    today: date
    week: list[tuple[Period, ...]] = field(default_factory=list)
    closed: list[ClosedDays] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Understand every field; note what is wrong beside the day or the line that it is about."""
        self.week = [self._day(weekday) for weekday in range(7)]
        for row in self.rows():
            try:
                found = self._closed(row)
            except Wrong as wrong:
                self.problems[f"first-{row}"] = str(wrong)
            else:
                self.closed += [found] if found else []

    def texts(self) -> dict[str, tuple[str, ...]]:
        """As the settings keep it."""
        return {"opening": week_texts(tuple(self.week)), "closed_days": closed_texts(tuple(set(self.closed)))}

    def copy_monday(self) -> None:
        """Monday's fields into those of Tuesday to Friday."""
        for day in WEEKDAYS[1:5]:
            for part in (*PARTS, "closed"):
                self.fields[f"{day}-{part}"] = self.value(f"mon-{part}")

    def value(self, name: str) -> str:
        return self.fields.get(name, "")

    def rows(self) -> range:
        """The lines for closed days: those that are filled in, and a few empty ones."""
        last = max((row for row in range(MOST_CLOSED) if any(self._row(row))), default=-1)
        return range(min(last + 1 + EMPTY_ROWS, MOST_CLOSED))

    def _row(self, row: int) -> list[str]:
        return [self.value(f"{part}-{row}") for part in ("first", "last", "word")]

    def _day(self, weekday: int) -> tuple[Period, ...]:
        day = WEEKDAYS[weekday]
        if self.value(f"{day}-closed"):
            return ()
        texts = [self.value(f"{day}-{part}") for part in PARTS]
        try:
            found = sorted(one for one in (_period(*texts[:2]), _period(*texts[2:])) if one)
            return _apart(found)
        except Wrong as wrong:
            name = day_name(weekday, page_language()).capitalize()
            self.problems[f"{day}-from"] = _("%(day)s: %(wrong)s", day=name, wrong=wrong)
            return ()

    def _closed(self, row: int) -> ClosedDays | None:
        first, last, word = self._row(row)
        if not (first or last or word):
            return None
        begins, ends = _date(first), _date(last or first)
        if begins is None or ends is None:
            raise Wrong(_("Give the day that is closed as a date, such as 2026-12-24."))
        if ends < begins:
            raise Wrong(_("The last closed day comes before the first one."))
        if ends < self.today:
            raise Wrong(_("These closed days are over. Check the year, or empty the line."))
        return ClosedDays(begins, ends, word)


def typed_form(given: Mapping[str, str], business: Business, now: datetime) -> HoursForm:
    """As it was sent."""
    names = [f"{day}-{part}" for day in WEEKDAYS for part in (*PARTS, "closed")]
    names += [f"{part}-{row}" for row in range(MOST_CLOSED) for part in ("first", "last", "word")]
    fields = {name: " ".join(given[name].split())[:LONGEST_WORD] for name in names if given.get(name)}
    return HoursForm(fields, today_of(business, now))


def kept_form(business: Business, now: datetime) -> HoursForm:
    """As it is kept; closed days that are over are not shown, and go with the next change."""
    form = HoursForm({}, today_of(business, now))
    hours = read_hours(business.opening, (), business.timezone)
    for day, periods in zip(WEEKDAYS, hours.week if hours else (), strict=False):
        texts = [_shown(minutes) for period in periods for minutes in period]
        form.fields |= {f"{day}-{part}": text for part, text in zip(PARTS, texts, strict=False)}
        form.fields |= {} if periods else {f"{day}-closed": "1"}
    coming = [one for one in read_closed(business.closed_days) if one.last >= form.today]
    for row, one in enumerate(coming[:MOST_CLOSED]):
        form.fields |= {f"first-{row}": str(one.first), f"last-{row}": str(one.last), f"word-{row}": one.word}
    return form


def today_of(business: Business, now: datetime) -> date:
    """The day that it is for the business."""
    return now.astimezone(ZoneInfo(business.timezone)).date()


def _period(start: str, end: str) -> Period | None:
    if not start and not end:
        return None
    if not start or not end:
        raise Wrong(_("a period needs a beginning and an end."))
    found = Period(_minutes(start), _minutes(end))
    if found.end <= found.start:
        raise Wrong(
            _("the end comes before the beginning. Open over midnight? Until 24:00, and the next day from 0:00.")
        )
    return found


def _apart(periods: list[Period]) -> tuple[Period, ...]:
    if len(periods) == 2:
        first, second = periods
        if second.start < first.end:
            raise Wrong(_("the two periods overlap."))
        if second.start == first.end:
            return (Period(first.start, second.end),)
    return tuple(periods)


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found and (half := (found[3] or found[4] or "").lower()[:1]):
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 99
    if minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise Wrong(_("write times such as 9:00 or 17:30, at most 24:00."))
    return hour * 60 + minute


def _date(text: str) -> date | None:
    """As the browser's field writes it, or day first where it is a plain field."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _shown(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
