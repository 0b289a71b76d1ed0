"""Call-backs as agents see them: a list of who waits for a call, how late it is in words, done and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, or_, select

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox.callback import OPEN, Callback, finish, try_again
from supportbox.inbox.folders import IS_SEEN, T
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.people.business import change_business
from supportbox.people.contact_value import region_of, shown
from supportbox.people.customer import Customer
from supportbox.web.access import check_manager, get_viewer, safe_next
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.gate import get_ticket, hidden_numbers
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import business, forget_business, reading, writing
from supportbox.web.times import Times

MOST = 200
AGAIN = {"2h": timedelta(hours=2), "1d": timedelta(days=1), "3d": timedelta(days=3)}
B = Callback.__table__.c
_OPEN = (
    select(
        B.id, B.phone, B.name, B.slot_from, B.slot_to, B.asked_how, B.tries, T.id.label("ticket"), T.subject,
        Customer.name.label("customer"),
    )
    .join(Ticket.__table__, T.id == B.ticket_id)
    .join(Customer, Customer.id == T.customer_id)
    .where(OPEN, T.deleted_at.is_(None), T.status != "spam")
    .order_by(B.slot_to, B.id)
    .limit(MOST)
)  # fmt: skip
_SEEN_OPEN = _OPEN.where(IS_SEEN)
_OF_TICKET = _OPEN.where(or_(T.id == bindparam("ticket"), T.merged_into_id == bindparam("ticket")))


@dataclass(frozen=True, slots=True)
class Line:
    """One call to make. `tone` is that of a snooze's due colour: none, warn while it is time, bad when it is late."""

    id: int
    ticket: int
    subject: str
    name: str
    phone: str
    number: str
    when: str
    due: str
    tone: str
    how: str
    tries: int


def show() -> ResponseReturnValue:
    """All calls that are still to be made, the most urgent first."""
    unseen = hidden_numbers()
    rows = reading().execute(_SEEN_OPEN if unseen else _OPEN, {"hidden": unseen} if unseen else {}).all()
    body = render(
        "inbox/callbacks.html", lines=lines_of(rows), calls_back=business().calls_back, **sidebar(get_viewer(), "calls")
    )
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def of_ticket(number: int) -> list[Line]:
    """Those of one ticket, and of what was merged into it."""
    return lines_of(reading().execute(_OF_TICKET, {"ticket": number}).all())


def mark_done(number: int) -> ResponseReturnValue:
    """It was made, or is not needed any more."""
    outcome = request.form.get("outcome", "reached")
    with writing() as session:
        callback = session.get(Callback, number)
        if callback is None:
            raise NotFound("There is no such call-back.")
        get_ticket(session, callback.ticket_id)
        finish(session, callback, outcome, by=get_viewer().agent(session), at=clock.now())
    return _back()


def again(number: int) -> ResponseReturnValue:
    """Nobody answered: once more later."""
    after = AGAIN.get(request.form.get("after", ""), AGAIN["2h"])
    with writing() as session:
        callback = session.get(Callback, number)
        if callback is None:
            raise NotFound("There is no such call-back.")
        get_ticket(session, callback.ticket_id)
        try_again(session, callback, by=get_viewer().agent(session), at=clock.now(), after=after)
    return _back()


def offer() -> ResponseReturnValue:
    """Whether customers may ask, on their page and with the contact form."""
    check_manager()
    with writing() as session:
        change_business(session, calls_back="offer" in request.form)
    forget_business()
    return redirect("/inbox/calls", 303)


def lines_of(rows: list[AnyRow] | Any) -> list[Line]:
    """Rows as a list shows them."""
    times, region, how = Times(clock.now()), region_of(business()), asked_words()
    return [_line(row, times, region, how) for row in rows]


def _line(row: AnyRow, times: Times, region: str, how: Mapping[str, str]) -> Line:
    tone, due = due_words(row.slot_from, row.slot_to, times)
    return Line(
        id=row.id,
        ticket=row.ticket,
        subject=row.subject,
        name=row.name or row.customer or "",
        phone=row.phone,
        number=shown("phone", row.phone, region=region),
        when=slot_words(row.slot_from, row.slot_to, times),
        due=due,
        tone=tone,
        how=how.get(row.asked_how, ""),
        tries=row.tries,
    )


def slot_words(start: datetime, end: datetime, times: Times) -> str:
    """Between when and when, the day once where it is the same."""
    here, there = start.astimezone(times.zone), end.astimezone(times.zone)
    until = f"{there.hour:02}:{there.minute:02}" if here.date() == there.date() else times.message(end)
    return f"{times.message(start)} – {until}"


def due_words(start: datetime, end: datetime, times: Times) -> tuple[str, str]:
    """How urgent it is: a tone and a few words."""
    if end < times.now:
        return "bad", _("late by %(time)s", time=times.ago(end))
    if start <= times.now:
        return "warn", _("due now")
    return "", _("in %(time)s", time=times.ago(start))


def asked_words() -> dict[str, str]:
    """How somebody asked to be called."""
    return {
        "agent": _("noted by the team"),
        "page": _("asked on the request’s page"),
        "form": _("asked with the contact form"),
        "widget": _("asked in the chat window"),
        "voice": _("asked by the voice menu"),
    }


def _back() -> ResponseReturnValue:
    following = request.form.get("next", "")
    return redirect(safe_next(following) if following else "/inbox/calls", 303)
