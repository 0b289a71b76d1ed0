"""Who is calling: the customer behind a number, their open tickets and what there was, before the first word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.call import find_caller
from supportbox.inbox.folders import IS_SEEN, T
from supportbox.inbox.query import AnyRow
from supportbox.people.contact import Contact
from supportbox.people.contact_value import region_of
from supportbox.people.customer import Customer
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.gate import hidden_numbers
from supportbox.web.inbox.history import Past, history, kind_names, verdict_words
from supportbox.web.inbox.sidebar import status_names
from supportbox.web.reading import business, reading
from supportbox.web.times import Times

MOST, LONGEST_WHO = 6, 254
_TICKETS = (
    select(T.id, T.subject, T.status, T.updated_at, T.preview)
    .where(
        T.customer_id == bindparam("customer"),
        T.status.in_(("open", "waiting")),
        T.deleted_at.is_(None),
        T.merged_into_id.is_(None),
    )
    .order_by(T.updated_at.desc(), T.id.desc())
    .limit(MOST)
)
_SEEN_TICKETS = _TICKETS.where(IS_SEEN)
_CUSTOMER = select(Customer.id, Customer.name, Customer.company, Customer.notes, Customer.caution, Customer.language)
_CUSTOMER = _CUSTOMER.where(Customer.id == bindparam("customer"), Customer.erased_at.is_(None))
NUMBER = (
    select(Contact.value)
    .where(Contact.customer_id == bindparam("customer"), Contact.kind.in_(("phone", "sms", "whatsapp", "email")))
    .order_by(Contact.kind != "phone", Contact.kind == "email", Contact.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Known:
    """Whose number it is, and what there was before. No customer: somebody new."""

    customer: AnyRow | None = None
    tickets: Sequence[AnyRow] = ()
    past: Sequence[Past] = ()


def who() -> Response:
    """Whose number that is: a piece of a page for its script."""
    check()
    typed = request.args.get("who", "")[:LONGEST_WHO]
    try:
        known, problem = find_known(typed), ""
    except Refused as error:
        known, problem = Known(), explain(error)
    body = render("inbox/call_who.html", **about(known, request.args.get("ticket", "")), who=typed, problem=problem)
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def find_known(typed: str) -> Known:
    """Whose number or address was typed. Refuses what is neither."""
    if not typed.strip():
        return Known()
    with Session(reading()) as session:
        caller = find_caller(session, typed, region=region_of(business()))
    return known_customer(caller.customer_id) if caller else Known()


def known_customer(customer: int) -> Known:
    """What there was, as far as this agent may know of it."""
    row = reading().execute(_CUSTOMER, {"customer": customer}).first()
    if row is None:
        return Known()
    unseen = hidden_numbers()
    values: dict[str, Any] = {"customer": customer, **({"hidden": unseen} if unseen else {})}
    tickets = reading().execute(_SEEN_TICKETS if unseen else _TICKETS, values).all()
    return Known(row, tickets, history(customer, limit=MOST))


def about(known: Known, chosen: str) -> dict[str, Any]:
    """What both the page and its piece are told."""
    numbers = [row.id for row in known.tickets]
    wanted = number_of(chosen)
    latest = numbers[0] if numbers else 0
    return {
        "known": known,
        "chosen": wanted if wanted else 0 if chosen == "new" else latest,
        "is_elsewhere": bool(wanted) and wanted not in numbers,
        "times": Times(clock.now()),
        "status_names": status_names(),
        "kind_names": kind_names(),
        "verdicts": verdict_words(),
    }


def check() -> None:
    """Only who may write to customers logs calls with them."""
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not log calls.")


def number_of(text: str) -> int:
    """A ticket's number; 0 where none was given."""
    text = text.removeprefix("SB-")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
