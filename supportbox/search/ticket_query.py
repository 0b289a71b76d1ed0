"""What an agent typed into the search, read once: words, operators, what shall not be, and the order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from supportbox.search.analysis import words
from supportbox.search.ticket_words import Said, sign

LONGEST = 500
MOST_WORDS = 12
ORDERS = ("newest", "oldest", "longest", "changed")
STATES = ("open", "waiting", "closed", "spam", "snoozed", "unread", "deleted")
# What an operator looks through; the rest look at columns.
FIELDS = {
    "from": ("sender", "customer"), "to": ("receiver",), "subject": ("subject",), "body": ("body",),
    "customer": ("customer",), "file": ("files",),
}  # fmt: skip
ALIASES = {"assignee": "assigned", "is": "status", "in": "mailbox", "cc": "to", "text": "body", "sort": "order",
           "since": "after", "until": "before", "filename": "file", "state": "status"}  # fmt: skip
OPERATORS = (*FIELDS, "assigned", "status", "tag", "mailbox", "channel", "has", "before", "after", "order")
# These stand before a colon in what people paste.
NO_OPERATORS = {"http", "https", "mailto", "tel", "ftp", "re", "aw", "fw", "fwd", "tr", "sv", "wg", "ref"}

_PART = re.compile(r'(?P<no>-)?(?:(?P<name>[^\W\d_]{2,20}):)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))')
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SPAN = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that columns tell: `name` is an operator, `value` what it was given, folded; a day where it is one."""

    name: str
    value: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One of these has to hold, or with `is_not` none."""

    any: tuple[Said | Fact, ...]
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What was not understood, and which part of the query it was: the search goes on without it."""

    kind: str  # operator, state, has, date, order, long
    about: str = ""


@dataclass(frozen=True, slots=True)
class TicketQuery:
    groups: tuple[Group, ...] = ()
    order: str = ""  # where it says none
    hints: tuple[Hint, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that messages have to say, for excerpts."""
        said = (one for group in self.groups if not group.is_not for one in group.any if isinstance(one, Said))
        return tuple(word for one in said if not one.fields or "body" in one.fields for word in one.words)


@dataclass(slots=True)
class _Reading:
    today: date | None
    groups: list[Group] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    order: str = ""
    said: int = 0


def parse(query: str, *, today: date | None) -> TicketQuery:
    """Never raises: what cannot be understood is said in `hints`, and the rest is looked for."""
    if len(query) > LONGEST:
        return TicketQuery(hints=(Hint("long"),))
    reading = _Reading(today)
    joins = False
    for match in _PART.finditer(query):
        if match[0] in ("OR", "||", "|"):
            joins = bool(reading.groups)
            continue
        found = list(_read(reading, match))
        if joins and found and not match["no"] and not reading.groups[-1].is_not:
            found[0] = Group(reading.groups.pop().any + found[0].any)
        reading.groups += found
        joins = False
    return TicketQuery(tuple(reading.groups), reading.order, tuple(dict.fromkeys(reading.hints)))


def _read(reading: _Reading, match: re.Match[str]) -> Iterator[Group]:
    name, value = (match["name"] or "").lower(), match["phrase"] if match["phrase"] is not None else match["bare"]
    operator = ALIASES.get(name, name)
    if name and operator not in OPERATORS:
        if name not in NO_OPERATORS and not value.startswith("//"):
            reading.hints.append(Hint("operator", f"{name}:"))
        operator, value = "", f"{name} {value}"
    found = _atom(reading, operator, value, is_phrase=match["phrase"] is not None)
    if found is not None:
        yield Group((found,), is_not=bool(match["no"]))


def _atom(reading: _Reading, operator: str, value: str, *, is_phrase: bool) -> Said | Fact | None:
    if not operator or operator in FIELDS:
        wanted = tuple(words(value))[: MOST_WORDS - reading.said]
        reading.said += len(wanted)
        return Said(wanted, FIELDS.get(operator, ()), is_phrase and len(wanted) > 1) if wanted else None
    if operator == "channel":
        return Said((sign("channel", value),), ("marks",), is_phrase=True)
    value = " ".join(value.lower().split())
    if operator == "has":
        if value.rstrip("s") in ("attachment", "file", "note"):
            return Said((sign("has", "note" if value.startswith("note") else "attachment"),), ("marks",), True)
        reading.hints.append(Hint("has", value))
    elif operator == "order":
        if value in ORDERS:
            reading.order = value
        else:
            reading.hints.append(Hint("order", value))
    elif operator == "status" and value not in STATES:
        reading.hints.append(Hint("state", value))
    elif operator in ("before", "after"):
        if day := _day(value, reading.today):
            return Fact(operator, value, day)
        reading.hints.append(Hint("date", f"{operator}:{value}"))
    elif value:
        return Fact(operator, value)
    return None


def _day(value: str, today: date | None) -> date | None:
    """2026-03-01, 2026-03, 2026, today, yesterday, or so long ago: 7d, 2w, 3m, 1y."""
    try:
        if today and value in ("today", "yesterday"):
            return today - timedelta(days=value == "yesterday")
        if today and (span := _SPAN.fullmatch(value)):
            return today - timedelta(days=int(span[1]) * _DAYS[span[2]])
        if day := _DAY.fullmatch(value):
            return date(int(day[1]), int(day[2] or 1), int(day[3] or 1))
    except (ValueError, OverflowError):
        return None
    return None
