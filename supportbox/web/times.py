"""Times as people say them, in the language and the time zone of the page."""

from datetime import datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_month_names

from supportbox.web.access import viewer
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import business

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Times:
    """The sentences are fetched once a page, since a page shows a hundred times."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.zone = desk_zone()
        self.today = now.astimezone(self.zone)
        language = page_language()
        self.months, self.short_months = _months(language, "wide"), _months(language, "abbreviated")
        self._units = _units()
        self._full, self._day, self._past_day = _patterns()

    def ago(self, at: datetime) -> str:
        """How long ago, or until then, in one unit."""
        passed = abs(self.now - at)
        now, minutes, hours, days, weeks = self._units
        if passed < MINUTE:
            return now
        if passed < HOUR:
            return minutes.format(n=passed // MINUTE)
        if passed < 2 * DAY:
            return hours.format(n=passed // HOUR)
        return days.format(n=passed // DAY) if passed < 14 * DAY else weeks.format(n=passed // (7 * DAY))

    def full(self, at: datetime) -> str:
        """Day and time in full."""
        here = at.astimezone(self.zone)
        return self._full.format(
            day=here.day, month=self.months[here.month], year=here.year, time=f"{here.hour:02}:{here.minute:02}"
        )

    def short(self, at: datetime) -> str:
        """The time today, the day this year, else the date."""
        here = at.astimezone(self.zone)
        if here.date() == self.today.date():
            return f"{here.hour:02}:{here.minute:02}"
        pattern = self._day if here.year == self.today.year else self._past_day
        return pattern.format(day=here.day, month=self.short_months[here.month], year=here.year)

    def message(self, at: datetime) -> str:
        """The day if it is not today, and the time."""
        here = at.astimezone(self.zone)
        time = f"{here.hour:02}:{here.minute:02}"
        return time if here.date() == self.today.date() else f"{self.short(at)}, {time}"


def desk_zone() -> ZoneInfo:
    """The time zone of this page: the agent's own, else the business's."""
    here = viewer()
    return _zone((here.timezone if here else "") or business().timezone)


@per_language
def _units() -> tuple[str, ...]:
    return _("now"), _("{n} min"), _("{n} h"), _("{n} d"), _("{n} wk")


@per_language
def _patterns() -> tuple[str, str, str]:
    return _("{day} {month} {year}, {time}"), _("{day} {month}"), _("{day} {month} {year}")


@cache
def _months(language: str, width: Literal["wide", "abbreviated"]) -> dict[int, str]:
    return dict(get_month_names(width, locale=language))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def list_zones() -> tuple[str, ...]:
    """The time zones that people choose from: places, not abbreviations."""
    names = available_timezones()
    return tuple(sorted(zone for zone in names if "/" in zone and not zone.startswith(("Etc/", "posix"))))
