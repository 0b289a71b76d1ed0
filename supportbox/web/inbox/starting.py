"""Starting a ticket: a letter of ours to somebody known or new, and who is known by a few letters."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, or_, select

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.start import LONGEST_SUBJECT, Opening, start
from supportbox.inbox.upload import forget_uploads
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.folding import fold
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.composing import files_of
from supportbox.web.inbox.gate import hidden
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.inbox.typed import Typed, read_typed
from supportbox.web.inbox.uploads import files_for, with_posted_files
from supportbox.web.reading import reading, writing

MOST = 8
LONGEST_QUERY = 100
_SPECIAL = re.compile(r"[/%_]")
_MAILBOXES = select(Mailbox.id, Mailbox.name, Mailbox.address).where(Mailbox.is_active).order_by(Mailbox.id)
_KNOWN = select(Contact.value, Customer.name).join(Customer, Customer.id == Contact.customer_id)
_KNOWN = _KNOWN.where(Contact.kind == "email", Customer.erased_at.is_(None)).limit(MOST)
_BY_ADDRESS = _KNOWN.where(Contact.value >= bindparam("low"), Contact.value < bindparam("high")).order_by(Contact.value)
# Names are few beside letters, and the index holds all that is asked: the beginning of any word finds them.
_BY_NAME = _KNOWN.where(
    or_(
        Customer.search_key.like(bindparam("first"), escape="/"),
        Customer.search_key.like(bindparam("later"), escape="/"),
    )
).order_by(Customer.search_key)  # fmt: skip
_ONE = select(Contact.value, Customer.name).join(Customer, Customer.id == Contact.customer_id).where(
    Contact.customer_id == bindparam("customer"), Contact.kind == "email"
).order_by(Contact.id).limit(1)  # fmt: skip


def show() -> ResponseReturnValue:
    """The empty form; `customer` fills in to whom."""
    _check()
    number = request.args.get("customer", "")
    known = reading().execute(_ONE, {"customer": int(number)}).first() if _is_number(number) else None
    return _page({"to": known.value, "name": known.name} if known else {}, Typed())


def begin() -> ResponseReturnValue:
    """Queue the letter and show its ticket; whatever hinders that, the form comes back as it was."""
    _check()
    typed = read_typed("reply")
    given = {key: request.form.get(key, "")[:1000] for key in ("to", "name", "subject", "mailbox", "then")}
    try:
        typed = with_posted_files(typed)
        with writing() as session:
            wanted = given["mailbox"]
            mailbox = session.get(Mailbox, int(wanted)) if _is_number(wanted) else None
            if mailbox is None or mailbox.id in hidden(session):
                raise Refused("Choose from which mailbox to write.")
            message = start(
                session,
                get_viewer().agent(session),
                Opening(given["to"], given["subject"], typed.text, given["name"], files_for(session, typed)),
                mailbox,
                now=clock.now(),
                undo=timedelta(seconds=current_app.extensions["settings"].undo_seconds),
                then=given["then"] or "waiting",
                send_token=request.form.get("send_token") or None,
            )
            forget_uploads(session, get_viewer().id, typed.uploads)
    except Refused as error:
        return _page(given, typed, problem=explain(error), status=error.status)
    return redirect(f"/inbox/tickets/SB-{message.ticket_id}#m{message.id}", 303)


def people() -> Response:
    """Who is known by the beginning of a name or an address: a piece of a page for its script."""
    words = request.args.get("q", "").strip()[:LONGEST_QUERY]
    response = make_response(render("inbox/people.html", people=_find(words) if len(words) > 1 else ()))
    response.headers["Cache-Control"] = "no-store"
    return response


def _find(words: str) -> Sequence[tuple[str, str]]:
    connection, low, folded = reading(), words.lower(), fold(words)
    rows = list(connection.execute(_BY_ADDRESS, {"low": low, "high": low + "\U0010ffff"}))
    if folded and len(rows) < MOST:
        safe = _SPECIAL.sub(r"/\g<0>", folded)
        rows += connection.execute(_BY_NAME, {"first": f"{safe}%", "later": f"% {safe}%"})
    return list(dict.fromkeys((row.value, row.name) for row in rows))[:MOST]


def _check() -> None:
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not write to customers.")


def _page(given: Mapping[str, str], typed: Typed, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    values: dict[str, Any] = {key: given.get(key, "") for key in ("to", "name", "subject", "mailbox")}
    body = render(
        "inbox/start.html",
        given=values,
        text=typed.text,
        files=files_of(typed.uploads),
        mailboxes=_mailboxes(),
        send_token=request.form.get("send_token") or secrets.token_urlsafe(16),
        longest_subject=LONGEST_SUBJECT,
        problem=problem,
        **sidebar(get_viewer(), ""),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _mailboxes() -> list[tuple[str, str]]:
    """Those that this agent may write from."""
    unseen = get_viewer().hidden_mailboxes
    rows = reading().execute(_MAILBOXES)
    return [(str(row.id), f"{row.name} ‹{row.address}›" if row.name else row.address) for row in rows
            if row.id not in unseen]  # fmt: skip


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 16
