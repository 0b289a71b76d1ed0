"""Logging a call, a visit or a paper letter: who it is and what they wrote is there before the first word."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.call import (
    BY_HAND,
    LONGEST_SUBJECT,
    Call,
    log_call,
    make_caller,
    open_ticket,
)
from supportbox.inbox.callback import Slot, ask_for_call
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.upload import forget_uploads
from supportbox.people.contact_value import region_of, shown
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.callers import LONGEST_WHO, NUMBER, Known, about, check, find_known, known_customer, number_of
from supportbox.web.inbox.composing import files_of
from supportbox.web.inbox.gate import get_ticket, hidden, visible_ticket
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.inbox.typed import Typed, read_typed
from supportbox.web.inbox.uploads import files_for, with_posted_files
from supportbox.web.reading import business, reading, writing

AFTER = {"2h": timedelta(hours=2), "1d": timedelta(days=1), "3d": timedelta(days=3), "7d": timedelta(days=7)}
WORDS = ("who", "name", "subject", "ticket", "direction", "outcome", "length", "back", "back_at", "then")
_MAILBOXES = select(Mailbox.id).where(Mailbox.is_active, Mailbox.channel == "email").order_by(Mailbox.id)


def show() -> ResponseReturnValue:
    """The form; `ticket` or `who` fill in whom it is about."""
    check()
    given = {"who": request.args.get("who", "")[:LONGEST_WHO], "ticket": request.args.get("ticket", "")}
    if number := number_of(given["ticket"]):
        customer = visible_ticket(number).customer_id
        given["who"] = given["who"] or reading().execute(NUMBER, {"customer": customer}).scalar() or ""
        return _page(given, Typed(), known=known_customer(customer))
    return _page(given, Typed())


def log() -> ResponseReturnValue:
    """Note it in the ticket, or come back with what hinders that. `look` only asks whose number it is."""
    check()
    typed = read_typed("note")
    given = {name: request.form.get(name, "")[:1000] for name in WORDS}
    if "look" in request.form:
        return _page(given, typed)
    try:
        typed = with_posted_files(typed)
        with writing() as session:
            number, message = _log(session, given, typed)
            forget_uploads(session, get_viewer().id, typed.uploads)
    except Refused as error:
        return _page(given, typed, problem=explain(error), status=error.status)
    return redirect(f"/inbox/tickets/SB-{number}#m{message}", 303)


def _log(session: Session, given: Mapping[str, str], typed: Typed) -> tuple[int, int]:
    agent, now, region = get_viewer().agent(session), clock.now(), region_of(business())
    call = Call(
        kind=_kind(),
        direction=given["direction"] or "in",
        outcome=given["outcome"] or "talked",
        seconds=seconds_of(given["length"]),
        text=typed.text,
        files=files_for(session, typed),
    )
    number = number_of(given["ticket"])
    # The number may be left out where the ticket says whom it is about.
    caller = make_caller(session, given["who"], given["name"], region=region, now=now) if given["who"] else None
    if number:
        ticket = get_ticket(session, number)
    elif caller:
        mailbox = next((one for one in session.scalars(_MAILBOXES) if one not in hidden(session)), None)
        subject = given["subject"]
        ticket = open_ticket(session, agent, caller, call, subject=subject, mailbox_id=mailbox, now=now)
    else:
        raise Refused("Write the number or the address, so that the customer can be found.")
    contact = caller.contact_id if caller and caller.customer_id == ticket.customer_id else None
    token = request.form.get("send_token") or None
    then = given["then"] or "open"
    message = log_call(session, agent, ticket, call, contact_id=contact, now=now, then=then, send_token=token)
    if slot := _slot(given, now):
        phone = given["who"]
        ask_for_call(
            session, ticket=ticket, phone=phone, slot=slot, now=now, how="agent", region=region, by=agent,
            name=given["name"],
        )  # fmt: skip
    return ticket.id, message.id


def seconds_of(length: str) -> int:
    """Minutes, or minutes and seconds as in 4:30."""
    length = length.strip()
    if not length:
        return 0
    found = re.fullmatch(r"(\d{1,4})(?::([0-5]?\d))?", length, re.ASCII)
    if found is None:
        raise Refused("%(length)s is not a duration such as 4 or 4:30.", length=length[:20])
    return int(found[1]) * 60 + int(found[2] or 0)


def _slot(given: Mapping[str, str], now: datetime) -> Slot | None:
    """When to call back: after a while, or at a moment of this business's clock."""
    if given["back"] == "at" or (not given["back"] and given["back_at"]):
        try:
            moment = datetime.fromisoformat(given["back_at"])
        except ValueError as error:
            raise Refused("Say when to call back.") from error
        start = moment.replace(tzinfo=ZoneInfo(business().timezone)) if moment.tzinfo is None else moment
        return Slot(start, start + timedelta(hours=1))
    after = AFTER.get(given["back"])
    return Slot(now + after, now + after + timedelta(hours=1)) if after else None


def _page(
    given: Mapping[str, str], typed: Typed, *, known: Known | None = None, problem: str = "", status: int = 200
) -> Response:
    values = {name: given.get(name, "") for name in WORDS}
    unread = ""
    if known is None:
        try:
            known = find_known(values["who"])
        except Refused as error:
            known, unread = Known(), explain(error)
    body = render(
        "inbox/call.html",
        given={**values, "who": _written(values["who"])},
        who=values["who"],
        kind=_kind(),
        text=typed.text,
        files=files_of(typed.uploads),
        send_token=request.form.get("send_token") or secrets.token_urlsafe(16),
        longest_subject=LONGEST_SUBJECT,
        problem=problem or (unread if status == 200 else ""),
        **{**sidebar(get_viewer(), "calls"), **about(known, values["ticket"])},
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(who: str) -> str:
    """A stored number as people write it."""
    return shown("phone", who, region=region_of(business())) if who.startswith("+") else who


def _kind() -> str:
    kind = request.values.get("kind", "phone")
    return kind if kind in BY_HAND else "phone"
