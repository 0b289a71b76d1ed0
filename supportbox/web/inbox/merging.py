"""Putting tickets together and taking them apart: with which one, who must not learn of whom, and the way back."""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.folders import IS_SEEN, LIVE, T
from supportbox.inbox.merge import merge, unmerge
from supportbox.inbox.query import ROWS, AnyRow
from supportbox.inbox.reference import find_reference
from supportbox.inbox.split import split
from supportbox.people.customer import Customer
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.after_send import ticket_address
from supportbox.web.inbox.gate import NO_TICKET, get_ticket, hidden_numbers, visible_ticket
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.inbox.ticket import page
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

MOST = 10
_TWO = (
    select(T.id, T.subject, T.status, T.customer_id, T.message_count, T.created_at, Customer.name.label("customer"))
    .join(Customer, Customer.id == T.customer_id)
    .where(T.id.in_(bindparam("numbers", expanding=True)), LIVE, IS_SEEN)
)
_SAME_CUSTOMER = (
    ROWS.where(T.customer_id == bindparam("customer"), T.id != bindparam("ticket"), LIVE, IS_SEEN)
    .order_by(T.id.desc())
    .limit(MOST)
)


def choose(number: int) -> ResponseReturnValue:
    """The page that asks with which ticket to merge; with `into`, what that would do."""
    return _page(number, request.args.get("into", ""))


def put_together(number: int) -> ResponseReturnValue:
    """Merge this ticket into another one. Of two customers' tickets that is asked once more."""
    _check()
    into = request.form.get("into", "")
    try:
        with writing() as session:
            ticket = get_ticket(session, number)
            target = get_ticket(session, _number(into))
            if ticket.customer_id != target.customer_id and not request.form.get("sure"):
                raise Refused("These tickets are of two different customers. Look at what that means, then merge.")
            merge(session, ticket, target, by=get_viewer().agent(session), at=clock.now())
            target_id = target.id
    except Refused as error:
        return _page(number, into, problem=explain(error), status=error.status)
    return redirect(f"/inbox/tickets/SB-{target_id}?from={number}", 303)


def take_apart(number: int) -> ResponseReturnValue:
    """Undo a merge: the ticket of this number is one of its own again."""
    _check()
    try:
        with writing() as session:
            unmerge(session, get_ticket(session, number), by=get_viewer().agent(session), at=clock.now())
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return redirect(ticket_address(number), 303)


def separate(number: int) -> ResponseReturnValue:
    """Make a message and what follows a ticket of its own, and show that."""
    _check()
    message = request.form.get("message", "")
    try:
        with writing() as session:
            new = split(
                session,
                get_ticket(session, number),
                int(message) if message.isdecimal() and len(message) < 16 else 0,
                by=get_viewer().agent(session),
                at=clock.now(),
            )
            new_id = new.id
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return redirect(f"/inbox/tickets/SB-{new_id}", 303)


def _page(number: int, into: str, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    _check()
    ticket = visible_ticket(number)
    if ticket.merged_into_id:
        return redirect(f"/inbox/tickets/SB-{ticket.merged_into_id}", 303)
    times = Times(clock.now())
    ours, theirs = _two(number, _number(into))
    if ours is None:
        raise NotFound(NO_TICKET)
    if into.strip() and theirs is None and not problem:
        problem, status = explain(NotFound(NO_TICKET)), 404
    body = render(
        "inbox/merger.html",
        ticket=ours,
        other=theirs,
        wanted=into.strip()[:20],
        candidates=[] if theirs else _candidates(ticket),
        problem=problem,
        times=times,
        **sidebar(get_viewer(), ""),
    )
    return body, status


def _check() -> None:
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can neither merge nor split tickets.")


def _two(number: int, into: int) -> tuple[AnyRow | None, AnyRow | None]:
    values = {"numbers": [number, into], "hidden": hidden_numbers()}
    found = {row.id: row for row in reading().execute(_TWO, values)}
    return found.get(number), found.get(into) if into != number else None


def _candidates(ticket: AnyRow) -> Sequence[AnyRow]:
    """The same customer's other tickets, newest first."""
    values = {"customer": ticket.customer_id, "ticket": ticket.id, "hidden": hidden_numbers()}
    return reading().execute(_SAME_CUSTOMER, values).all()


def _number(text: str) -> int:
    """The ticket that somebody typed: SB-1042, sb-1042 or 1042. 0 for anything else."""
    text = text.strip().lstrip("#")
    found = find_reference(text)
    return found.number if found else int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
