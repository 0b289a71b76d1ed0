"""Opening hours in plain words, to be read on a page or heard on the telephone, in a language that we speak."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date, get_day_names

from supportbox.people.opening_hours import MIDNIGHT, ClosedDays, OpeningHours, Period
from supportbox.translations import catalogue

Gettext = Callable[[str], str]
# What else is asked for, a channel's options perhaps, is said in English as all sentences are then.
LOCALES = {"fr": "fr"}
ENGLISH = "en_GB"


def week_lines(hours: OpeningHours, language: str, *, is_spoken: bool = False) -> list[str]:
    """Days with the same periods together, such as "Mon–Fri 9:00–12:30 and 14:00–18:00"."""
    return list(_week_lines(hours.week, language, is_spoken))


def answers_again(hours: OpeningHours, now: datetime, language: str) -> str:
    """From when on somebody answers, as a sentence; "" where it is open, or where no day is known."""
    opens = hours.next_opening(now)
    if opens is None or opens == now:
        return ""
    _, here, today = catalogue(language).gettext, opens.astimezone(hours.zone), now.astimezone(hours.zone).date()
    at, days = clock_time(here.time(), language), (here.date() - today).days
    if days == 0:
        return _("We answer again today from %(time)s.") % {"time": at}
    if days == 1:
        return _("We answer again tomorrow from %(time)s.") % {"time": at}
    if days < 7:
        return _("We answer again on %(day)s from %(time)s.") % {
            "day": _named(here.date(), "EEEE", language),
            "time": at,
        }
    date_words = _named(here.date(), "EEEE d MMMM", language)
    return _("We answer again on %(date)s from %(time)s.") % {"date": date_words, "time": at}


def spoken_hours(hours: OpeningHours, now: datetime, language: str) -> str:
    """What a caller hears: the week, or that nobody answers now and from when on somebody does."""
    _ = catalogue(language).gettext
    if not hours.is_open(now):
        return f"{_('We are closed now.')} {answers_again(hours, now, language)}".strip()
    return f"{_('Our opening hours:')} {'; '.join(week_lines(hours, language, is_spoken=True))}."


def closed_words(closed: ClosedDays, language: str) -> str:
    """Such as "Closed from 24 December to 26 December: Christmas"."""
    _, first, last = catalogue(language).gettext, *(_named(day, "d MMMM", language) for day in closed[:2])
    if closed.first == closed.last:
        said = _("Closed on %(date)s") % {"date": first}
    else:
        said = _("Closed from %(first)s to %(last)s") % {"first": first, "last": last}
    return _("%(closed)s: %(word)s") % {"closed": said, "word": closed.word} if closed.word else said


def clock_time(at: time, language: str) -> str:
    """A time of day."""
    return _clock(at.hour * 60 + at.minute, catalogue(language).gettext)


def day_name(weekday: int, language: str) -> str:
    """Monday is 0."""
    return str(get_day_names("wide", locale=LOCALES.get(language, ENGLISH))[weekday])


@lru_cache(64)
def _week_lines(week: tuple[tuple[Period, ...], ...], language: str, is_spoken: bool) -> tuple[str, ...]:
    _ = catalogue(language).gettext
    same: dict[tuple[Period, ...], list[int]] = {}
    for weekday, periods in enumerate(week):
        if periods:
            same.setdefault(periods, []).append(weekday)
    lines = []
    for periods, days in same.items():
        times = _and([_period(period, _, is_spoken) for period in periods], _)
        line = _("%(days)s %(times)s") % {"days": _days(days, language, is_spoken), "times": times}
        lines.append(line[0].upper() + line[1:])
    return tuple(lines)


def _days(days: list[int], language: str, is_spoken: bool) -> str:
    _ = catalogue(language).gettext
    if len(days) == 7:
        return _("every day")
    # Only English has short names that people write in a sentence.
    locale = LOCALES.get(language, ENGLISH)
    names = get_day_names("abbreviated" if locale == ENGLISH and not is_spoken else "wide", locale=locale)
    through = _("%(first_day)s to %(last_day)s") if is_spoken else _("%(first_day)s–%(last_day)s")
    parts: list[str] = []
    for run in _runs(days):
        if len(run) > 2:
            parts.append(through % {"first_day": names[run[0]], "last_day": names[run[-1]]})
        else:
            parts.extend(names[day] for day in run)
    return _and(parts, _)


def _runs(days: list[int]) -> Iterator[list[int]]:
    """Days that follow each other."""
    run = days[:1]
    for day in days[1:]:
        if day > run[-1] + 1:
            yield run
            run = []
        run = [*run, day]
    yield run


def _period(period: Period, _: Gettext, is_spoken: bool) -> str:
    if period == (0, MIDNIGHT):
        return _("around the clock")
    text = _("from %(start)s to %(end)s") if is_spoken else _("%(start)s–%(end)s")
    return text % {"start": _clock(period.start, _), "end": _clock(period.end, _)}


def _clock(minutes: int, _: Gettext) -> str:
    hour, minute = divmod(minutes, 60)
    text = _("%(hour)s:%(minute)s") if minute else _("%(hour)s:00")
    return text % {"hour": hour, "minute": f"{minute:02}"}


def _and(parts: Sequence[str], _: Gettext) -> str:
    """Commas, and a word before the last."""
    return _(" and ").join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _named(day: date, pattern: str, language: str) -> str:
    if language == "fr" and day.day == 1:
        pattern = pattern.replace("d ", "d'er' ")
    return format_date(day, pattern, locale=LOCALES.get(language, ENGLISH))
