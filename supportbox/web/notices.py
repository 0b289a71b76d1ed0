"""Notices in the browser: the bell with its count, the list, what was read, and what a hidden tab may announce."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from supportbox import clock
from supportbox.announce.wording import headline
from supportbox.inbox.notice import MOST, PAGE, count_unread, list_newer, list_notices, mark_read
from supportbox.inbox.query import AnyRow
from supportbox.web import i18n
from supportbox.web.access import ask_to_sign_in, get_viewer, viewer
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

NEWEST = 2**62

bp = Blueprint("notices", __name__, url_prefix="/notices")
bp.before_request(ask_to_sign_in)


def install(app: Flask) -> None:
    for language in i18n.LANGUAGES:
        i18n.environment(language).globals["unread_notices"] = unread_notices


def unread_notices() -> str:
    """The number beside the bell; "" when all is read."""
    here = viewer()
    number = count_unread(reading(), here.id, here.hidden_mailboxes) if here else 0
    return "" if not number else f"{MOST - 1}+" if number >= MOST else str(number)


@bp.get("")
def show() -> str:
    """The newest first, fifty at a time."""
    me, times = get_viewer(), Times(clock.now())
    before = _number(request.args.get("before", ""), NEWEST)
    rows = list_notices(reading(), me.id, me.hidden_mailboxes, before=before)
    return render(
        "notices.html",
        notices=[(row, _said(row)) for row in rows],
        has_unread=any(row.read_at is None for row in rows),
        older=rows[-1].id if len(rows) == PAGE else 0,
        times=times,
    )


@bp.post("/read")
def read() -> ResponseReturnValue:
    """All have been read."""
    with writing() as session:
        mark_read(session, get_viewer().id, at=clock.now())
    return redirect("/notices", 303)


@bp.get("/news")
def news() -> Response:
    """The count, and the unread notices above the number `after`: asked by one tab for all of a browser."""
    me, after = get_viewer(), _number(request.args.get("after", ""), NEWEST)
    rows = list_newer(reading(), me.id, me.hidden_mailboxes, after=after)
    shown: list[dict[str, Any]] = [
        {"id": row.id, "title": _said(row), "text": row.subject or _("(no subject)"), "place": place_of(row)}
        for row in rows
    ]
    newest = list_notices(reading(), me.id, me.hidden_mailboxes, before=NEWEST)[:1]
    response = jsonify({"count": unread_notices(), "newest": newest[0].id if newest else 0, "notices": shown})
    response.headers["Cache-Control"] = "no-store"
    return response


def place_of(row: AnyRow) -> str:
    return f"/inbox/tickets/SB-{row.ticket_id}"


def read_here(ticket_id: int) -> None:
    """Whoever looks at a ticket has read what its notices say. A busy database keeps nobody from looking."""
    with suppress(OperationalError), writing() as session:
        mark_read(session, get_viewer().id, at=clock.now(), ticket_id=ticket_id)


def _said(row: AnyRow) -> str:
    return headline(_, row.kind, row.what, actor=row.actor or "", customer=row.customer)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else otherwise
