"""Days as readers see them, in their language."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from supportbox.web.i18n import language
from supportbox.web.reading import business


def long_day(moment: datetime | date) -> str:
    """The day with its month in full; a moment's day is that where the business is."""
    if not isinstance(moment, datetime):
        return _written(moment, language())
    return _written(moment.astimezone(_zone(business().timezone)).date(), language())


@lru_cache(maxsize=1000)
def _written(day: date, language: str) -> str:
    return format_date(day, "long", locale="en_GB" if language == "en" else language)


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
