"""The safe place: words that left no other way than this page, behind a code sent to a contact that is proven."""

import secrets
from collections import defaultdict
from dataclasses import dataclass

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.message import Message
from supportbox.people.contact import Contact
from supportbox.web.channel_words import channel_word
from supportbox.web.customer import codes, follow, page
from supportbox.web.customer.choice import masked
from supportbox.web.customer.form import check_message, read_form
from supportbox.web.customer.opened import is_open, open_safe
from supportbox.web.customer.rows import Request, files_of, is_safe_only, messages_of
from supportbox.web.frame import render
from supportbox.web.help.days import long_day
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing

_PROVEN = (
    select(Contact.id, Contact.kind, Contact.value)
    .where(
        Contact.customer_id == bindparam("customer"),
        Contact.kind.in_(bindparam("kinds", expanding=True)),
        or_(
            Contact.verified_at.is_not(None),
            select(Message.id)
            .where(Message.contact_id == Contact.id, Message.ticket_id == bindparam("ticket"))
            .correlate(Contact)
            .exists(),
        ),
    )
    .order_by(Contact.kind, Contact.id)
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """One contact that a code can go to."""

    id: int
    kind: str
    value: str

    @property
    def name(self) -> str:
        return f"{channel_word(codes.BY[self.kind])} {masked(self.kind, self.value)}"


def show(token: str) -> ResponseReturnValue:
    """The words, for a browser that has shown the code; for others where a code can go."""
    return _draw(page.get_request(token), token)


def send_code(token: str) -> ResponseReturnValue:
    """A code to one of the contacts in the list, and to no other."""
    asked, number = page.get_request(token), request.form.get("contact", "")
    to = next((one for one in list_receivers(asked.customer_id, asked.id) if str(one.id) == number), None)
    if to is None:
        return _draw(asked, token, problem=_("Choose one of the places in the list.")), 422
    try:
        with writing() as writer:
            codes.send_code(writer, asked.id, "safe", to.kind, to.value)
    except Refused as error:
        return _draw(asked, token, problem=explain(error), sent_to=to), 429
    return _draw(asked, token, sent_to=to)


def unlock(token: str) -> ResponseReturnValue:
    """The code: right, it opens this request in this browser for half an hour."""
    asked = page.get_request(token)
    with writing() as writer:
        claim = codes.redeem_code(writer, asked.id, "safe", request.form.get("code", ""))
    if claim is None:
        number = request.form.get("contact", "")
        to = next((one for one in list_receivers(asked.customer_id, asked.id) if str(one.id) == number), None)
        problem = _("This code is not right, or no longer. Look at the newest message, or have another code sent.")
        return _draw(asked, token, problem=problem, sent_to=to), 422
    open_safe(asked)
    return redirect(f"/r/{token}/safe#last", 303)


def answer(token: str) -> ResponseReturnValue:
    """What the customer writes here stays here."""
    asked = page.get_request(token)
    if not is_open(asked):
        return redirect(f"/r/{token}/safe", 303)
    form = read_form()
    check_message(form)
    if form.problems:
        return _draw(asked, token, problem=next(iter(form.problems.values())), text=form.message), 422
    follow.take_in(asked, form.message, is_safe=True)
    return redirect(f"/r/{token}/safe#last", 303)


def list_receivers(customer_id: int, ticket_id: int, *, reader: Session | None = None) -> list[Receiver]:
    """Where a code can go: what is verified, or wrote in this very request."""
    kinds = [kind for kind, by in codes.BY.items() if by in codes.code_kinds()]
    connection = reader.connection() if reader else reading()
    values = {"customer": customer_id, "ticket": ticket_id, "kinds": kinds}
    return [Receiver(*row) for row in connection.execute(_PROVEN, values)]


def _draw(
    asked: Request, token: str, *, problem: str = "", text: str = "", sent_to: Receiver | None = None
) -> Response:
    connection, opened = reading(), is_open(asked)
    all_said = messages_of(connection, asked, now=clock.now())
    said = all_said if opened else []
    files = defaultdict(list)
    for one in files_of(connection, [row.id for row in said]):
        files[one.message_id].append(one)
    response = make_response(
        render(
            "moving/safe.html",
            ticket=asked,
            token=token,
            is_open=opened,
            messages=said,
            waits=any(is_safe_only(row) for row in all_said),
            files=files,
            written=page.written,
            long_day=long_day,
            receivers=[] if opened else list_receivers(asked.customer_id, asked.id),
            sent_to=sent_to,
            once=secrets.token_urlsafe(9),
            problem=problem,
            text=text,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
