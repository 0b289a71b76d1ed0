""" "Call me back" on the customer's page and the contact form: a number and one of the times that are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import request
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.call import BY_HAND
from supportbox.inbox.callback import OPEN, Callback, Slot, ask_for_call, soonest
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact_value import normalise, region_of, shown
from supportbox.web.call_words import customer_label
from supportbox.web.customer.form import Form
from supportbox.web.customer.rows import Request
from supportbox.web.frame import page_language
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business

MOST_DAYS, HOUR = 2, timedelta(hours=1)
PARTS = ((9, 12), (14, 17))  # of a day on which people work


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
        return soonest(now)
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
    """Mornings and afternoons of the next working days, by the business's clock."""
    zone = ZoneInfo(business().timezone)
    today, found, days = now.astimezone(zone).date(), [], 0
    for ahead in range(7):
        day = today + timedelta(days=ahead)
        if day.weekday() > 4:
            continue
        for first, last in PARTS:
            start, end = (datetime.combine(day, time(hour), zone) for hour in (first, last))
            if end - HOUR > now:
                name = format_date(day, "EEEE d MMMM", locale="en_GB" if page_language() == "en" else page_language())
                words = _("%(day)s, between %(first)s and %(last)s", day=name, first=f"{first}:00", last=f"{last}:00")
                found.append((f"{day.isoformat()}T{first:02}", words, Slot(max(start, now), end)))
        days += 1
        if days > MOST_DAYS:
            break
    return found
