"""Whether the business is open, and its hours, as pages say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from supportbox.people.hours_words import answers_again, clock_time, closed_words, week_lines
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business

AHEAD = timedelta(days=30)  # in which closed days are told


@dataclass(frozen=True, slots=True)
class HoursShown:
    """The present state as a sentence, the week as lines, the closed days to come."""

    is_open: bool
    state: str
    week: list[str]
    closed: list[str]


def hours_shown(now: datetime) -> HoursShown | None:
    """None where nobody gave hours."""
    hours, lang = business().hours, page_language()
    if hours is None:
        return None
    today, is_open = now.astimezone(hours.zone).date(), hours.is_open(now)
    closing = hours.closing(now)
    if is_open and closing and closing - now < timedelta(days=1):
        state = _("Open now, until %(time)s.", time=clock_time(closing.astimezone(hours.zone).time(), lang))
    else:
        state = (
            _("Open now.") if is_open else " ".join(filter(None, (_("Closed now."), answers_again(hours, now, lang))))
        )
    soon = [one for one in hours.closed if one.last >= today and one.first <= today + AHEAD]
    return HoursShown(is_open, state, week_lines(hours, lang), [closed_words(one, lang) for one in soon])


def away_sentence(now: datetime, *, has_chat: bool) -> str:
    """Why no chat is offered while nobody is there: it is closed; or, inside the hours, nobody is at the desk now.
    "" where nobody gave hours: then everybody may write at any time, and sees who is there."""
    hours = business().hours
    if hours is None:
        return ""
    if hours.is_open(now):
        return _("Nobody is there right now.") if has_chat else ""
    return answers_again(hours, now, page_language()) or _("We are closed now.")
