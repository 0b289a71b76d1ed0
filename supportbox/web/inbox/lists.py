"""The pages that list tickets: a folder, and what a search finds."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox.folders import FOLDERS
from supportbox.inbox.query import PAGE, AnyRow, find_place, list_folder, list_numbers
from supportbox.inbox.reference import find_reference
from supportbox.search.ticket_find import find
from supportbox.web.access import get_viewer
from supportbox.web.assets import asset
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.sidebar import counts, folder_names, sidebar
from supportbox.web.reading import reading
from supportbox.web.times import Times

# Since when a customer waits: worth a look, and late.
LONG, LATE = timedelta(hours=4), timedelta(hours=24)


def show_folder(name: str = "unassigned") -> Response:
    """Fifty tickets of a folder; those whose customers wait longest come first."""
    if name not in FOLDERS:
        raise NotFound("There is no such folder.")
    viewer, tag = get_viewer(), request.args.get("tag", "")[:80]
    mailbox = request.args.get("mailbox", "")
    after = find_place(request.args.get("after", ""))
    page = list_folder(reading(), name, me=viewer.id, after=after, tag=tag, mailbox=_number(mailbox))
    start = _start(request.args.get("start", "")) if after else 1
    filters = {key: value for key, value in (("tag", tag), ("mailbox", mailbox)) if value}
    return _render(
        page.rows,
        title=folder_names()[name],
        folder=name,
        start=start,
        total=counts().of(name, viewer.id) if not filters else None,
        older={"after": page.next, "start": start + PAGE, **filters} if page.next else None,
        tag=tag,
        first=f"?{urlencode(filters)}",
    )


def search() -> ResponseReturnValue:
    """Tickets found by number or by words."""
    query = request.args.get("q", "").strip()[:500]
    reference = find_reference(query) if query.upper().startswith("SB-") else None
    number = reference.number if reference else int(query.lstrip("#")) if _is_number(query) else None
    connection = reading()
    if number and list_numbers(connection, [number]):
        return redirect(f"/inbox/tickets/SB-{number}", 303)
    below = request.args.get("below", "")
    numbers = find(connection, query, below=_number(below), limit=PAGE + 1)
    more = numbers[PAGE - 1] if len(numbers) > PAGE else None
    start = _start(request.args.get("start", "")) if below else 1
    return _render(
        list_numbers(connection, numbers[:PAGE]),
        title=_("Search"),
        folder="search",
        query=query,
        start=start,
        first=f"?{urlencode({'q': query})}",
        older={"q": query, "below": more, "start": start + PAGE} if more else None,
    )


def _render(rows: Sequence[AnyRow], *, folder: str, **values: Any) -> Response:
    defaults = {"query": "", "total": None, "tag": "", "older": None, "first": "?", "shows_status": folder == "search"}
    body = render("inbox/list.html", lines=lines_of(rows), **{**defaults, **values}, **sidebar(get_viewer(), folder))
    response = make_response(body)
    response.headers["Speculation-Rules"] = f'"{asset("prefetch.rules")}"'
    return response


def lines_of(rows: Sequence[AnyRow]) -> list[tuple[Any, ...]]:
    """The rows as a list shows them, in the order in which its template names their parts."""
    times = Times(clock.now())
    return [_line(row, times) for row in rows]


def _line(row: AnyRow, times: Times) -> tuple[Any, ...]:
    since, customer_at = row.waiting_since, row.customer_at
    at = since or row.updated_at
    waits = times.now - since if since else None
    return (
        row.id,
        row.subject,
        row.customer,
        row.message_count,
        row.preview,
        row.status,
        customer_at is not None and (row.seen_at is None or row.seen_at < customer_at),
        "" if waits is None or waits < LONG else "warn" if waits < LATE else "bad",
        row.tags.split("\n") if row.tags else (),
        times.full(row.snoozed_until) if row.snoozed_until else "",
        row.assignee,
        at.isoformat(timespec="minutes"),
        times.full(at),
        times.ago(at),
    )


def _start(text: str) -> int:
    return _number(text) or 1


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _is_number(text: str) -> bool:
    digits = text.lstrip("#")
    return digits.isdecimal() and digits.isascii() and len(digits) < 16
