""" "Call me back" on the customer's page and the contact form: a number and one of the times that are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from babel.dates import format_date
from flask import request
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.call import BY_HAND
from supportbox.inbox.callback import LATEST, OPEN, Callback, Slot, ask_for_call, soonest
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact_value import normalise, region_of, shown
from supportbox.people.hours_words import clock_time
from supportbox.people.opening_hours import Span, read_hours
from supportbox.web.call_words import customer_label
from supportbox.web.customer.form import Form
from supportbox.web.customer.rows import Request
from supportbox.web.frame import page_language
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business

MOST_DAYS, HOUR = 3, timedelta(hours=1)
# Where nobody gave hours: parts of a day on which people work.
USUAL = tuple(f"{day} {part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("09:00-12:00", "14:00-17:00"))
# A long day is offered in parts: until one, until six.
CUTS = (8, 13, 18)


@dataclass(frozen=True, slots=True)
class Told:
    """A call, a visit or a paper letter as its customer sees it: that it was, and when."""

    at: datetime
    label: str
    id: int = 0
    kind: str = "call"


def offered(now: datetime) -> list[tuple[str, str]]:
    """The times to choose from: a key, and how it reads."""
    return [("soon", _("As soon as possible")), *((key, words) for key, words, _slot in _parts(now))]


def slot_of(key: str, now: datetime) -> Slot:
    """The time that was chosen. A page may have been open for long: what is over is refused."""
    if key in ("", "soon"):
        return soonest(now, business().hours)
    found = next((slot for name, _words, slot in _parts(now) if name == key), None)
    if found is None:
        raise Refused(_("Choose a time for the call that is still to come."))
    return found


def check(form: Form, now: datetime) -> None:
    """Note what is wrong with the number on the contact form."""
    if not form.wants_call:
        return
    try:
        normalise("phone", form.phone, region=region_of(business()))
        slot_of(form.slot, now)
    except Refused as refusal:
        form.problems["phone"] = explain(refusal) if form.phone else _("Give the number at which to call you.")


def note_form(session: Session, ticket_id: int, form: Form, now: datetime) -> None:
    """What the contact form asked for besides, in the ticket that it made."""
    if form.wants_call and business().calls_back and not form.trap:
        note_call(session, ticket_id, form.phone, form.slot, "form", now, name=form.name)


def offer(connection: Connection, asked: Request, *, problem: str, phone: str) -> Mapping[str, object]:
    """What the customer's page is told."""
    is_offered = business().calls_back and asked.status in ("open", "waiting")
    return {
        "call_slots": offered(clock.now()) if is_offered else (),
        "waiting_call": waiting_call(connection, asked),
        "call_problem": problem,
        "phone": phone,
        "slot": request.form.get("slot", ""),
    }


def waiting_call(connection: Connection, asked: Request) -> str:
    """The number at which we are going to call, "" when nobody asked."""
    query = select(Callback.phone).where(OPEN, Callback.ticket_id == asked.id)
    phone = connection.execute(query).scalar()
    return shown("phone", phone, region=region_of(business())) if phone else ""


def calls_of(connection: Connection, asked: Request) -> list[Told]:
    """What agents logged by hand, without a word of theirs: the text is not even read."""
    query = select(Message.id, Message.at, Message.channel, Message.facts).where(
        Message.ticket_id == asked.id,
        Message.kind == "note",
        Message.channel.in_(BY_HAND),
        Message.is_foreign.is_(False),
    )
    rows = connection.execute(query.order_by(Message.id)).all()
    return [Told(row.at, customer_label(row.channel, row.facts["call"]), row.id) for row in rows if "call" in row.facts]


def note_call(
    session: Session, ticket_id: int, phone: str, slot: str, how: str, now: datetime, *, name: str = ""
) -> None:
    """Note the wish in the ticket. Refuses what is no number and a time that is over."""
    region, ticket = region_of(business()), session.get_one(Ticket, ticket_id)
    chosen = slot_of(slot, now)
    ask_for_call(session, ticket=ticket, phone=phone, slot=chosen, now=now, how=how, region=region, name=name)


def _parts(now: datetime) -> list[tuple[str, str, Slot]]:
    """The hours of the next days on which it is open, by the business's clock, in parts."""
    hours = business().hours or read_hours(USUAL, (), business().timezone)
    assert hours  # the usual ones are some
    days: set[date] = set()
    found = []
    for span in hours.spans(now):
        days.add(span.start.astimezone(hours.zone).date())
        if len(days) > MOST_DAYS or span.start > now + LATEST:
            break
        for start, end in _cut(Span(span.start.astimezone(hours.zone), span.end.astimezone(hours.zone))):
            if end - min(HOUR, end - start) > now:
                key = f"{start:%Y-%m-%dT%H%M}".removesuffix("00")
                found.append((key, _words(start, end), Slot(max(start, now), end)))
    return found


def _cut(span: Span) -> list[Span]:
    """Apart where a day is usually divided, unless less than an hour would be left."""
    marks = [span.start.replace(hour=hour, minute=0) for hour in CUTS]
    inner = [mark for mark in marks if mark - HOUR >= span.start and mark + HOUR <= span.end]
    return [Span(*pair) for pair in pairwise([span.start, *inner, span.end])]


def _words(start: datetime, end: datetime) -> str:
    lang = page_language()
    name = format_date(start, "EEEE d MMMM", locale="en_GB" if lang == "en" else lang)
    first, last = clock_time(start.time(), lang), clock_time(end.time(), lang)
    return _("%(day)s, between %(first)s and %(last)s", day=name, first=first, last=last)
