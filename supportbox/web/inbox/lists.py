"""The pages that list tickets: a folder, what a search finds, and a saved view."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox.folders import FOLDERS, Order
from supportbox.inbox.query import PAGE, AnyRow, Filters, find_place, list_folder, list_numbers
from supportbox.inbox.reference import find_reference
from supportbox.search.ticket_excerpt import Spot, spots
from supportbox.search.ticket_find import Seeker, place_of, seek
from supportbox.search.ticket_query import ORDERS, Fact, TicketQuery, parse
from supportbox.web.access import get_viewer
from supportbox.web.assets import asset
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.empty import why_empty
from supportbox.web.inbox.hints import hints_of
from supportbox.web.inbox.results import result_bar
from supportbox.web.inbox.rows import NOWHERE, lines_of
from supportbox.web.inbox.sidebar import counts, drawn, folder_names, sidebar
from supportbox.web.inbox.tools import bulk_bar, list_tools
from supportbox.web.reading import reading
from supportbox.web.times import Times

# What a typed query may be long, before it is not even shown again.
LONGEST_SHOWN = 10_000


def show_folder(name: str = "unassigned") -> Response:
    """Fifty tickets of a folder, in its own order or as asked."""
    if name not in FOLDERS:
        raise NotFound("There is no such folder.")
    viewer, asked = get_viewer(), _asked_filters()
    sort = request.args.get("sort", "")
    order = cast(Order, sort) if sort in ("longest", "newest", "oldest") else None
    after = find_place(request.args.get("after", ""))
    filters = Filters(
        mailbox=_number(asked.get("mailbox", "")),
        tag=asked.get("tag", ""),
        assignee=_number(asked.get("assignee", "")),
        hidden=viewer.hidden_mailboxes,
        channel=asked.get("channel", ""),
    )
    page = list_folder(reading(), name, me=viewer.id, after=after, filters=filters, order=order)
    kept = {**asked, **({"sort": sort} if order else {})}
    start = _start() if after else 1
    return _render(
        page.rows,
        title=folder_names()[name],
        folder=name,
        start=start,
        total=counts().of(name, viewer.id) if not asked else None,
        older={**kept, "after": page.next, "start": start + PAGE} if page.next else None,
        first=f"?{urlencode(kept)}",
        tools=list_tools(name, sort if order else FOLDERS[name].order, asked),
        empty=why_empty(name, is_filtered=bool(asked)) if not page.rows else None,
        is_filtered=bool(asked),
    )


def search() -> ResponseReturnValue:
    """Tickets found by number, by words or by operators."""
    query = request.args.get("q", "").strip()[:LONGEST_SHOWN]
    number = _ticket_number(query)
    if number and any(row.mailbox_id not in get_viewer().hidden_mailboxes for row in list_numbers(reading(), [number])):
        return redirect(f"/inbox/tickets/SB-{number}", 303)
    return show_found(query, title=_("Search"), folder="search", kept={"q": query})


def show_found(
    query: str, *, title: str, folder: str, kept: Mapping[str, str], order: str = "", **more: Any
) -> Response:
    """A page of what a query finds, in the order that it names, or else in this one."""
    viewer, connection = get_viewer(), reading()
    times = Times(clock.now())
    parsed = parse(query, today=times.today.date())
    sort = request.args.get("sort", "")
    order = sort if sort in ORDERS else parsed.order or order or "newest"
    asked = Seeker(viewer.id, viewer.hidden_mailboxes, times.zone)
    after = find_place(request.args.get("after", ""))
    numbers = seek(connection, parsed, asked, order=order, after=after, limit=PAGE + 1)
    rows = list_numbers(connection, numbers[:PAGE])
    kept = {**kept, **({"sort": sort} if sort in ORDERS else {})}
    start = _start() if after else 1
    is_more = len(numbers) > PAGE and rows
    return _render(
        rows,
        spots=spots(connection, [row.id for row in rows], parsed.words),
        title=title,
        folder=folder,
        query=query,
        hints=hints_of(parsed),
        start=start,
        first=f"?{urlencode(kept)}",
        older={**kept, "after": str(place_of(rows[-1], order)), "start": start + PAGE} if is_more else None,
        tools=list_tools(folder, order, kept),
        **more,
    )


def waits_in(query: TicketQuery) -> str:
    """The order that suits a view: who waits longest comes first where only open tickets are shown."""
    facts = [one for group in query.groups if not group.is_not for one in group.any]
    return "longest" if Fact("status", "open") in facts else ""


def _render(rows: Sequence[AnyRow], *, folder: str, spots: Mapping[int, Spot] = NOWHERE, **values: Any) -> Response:
    defaults = {
        "query": "", "total": None, "older": None, "first": "?", "shows_status": folder not in FOLDERS, "hints": (),
        "empty": None, "view": None, "is_filtered": False,
    }  # fmt: skip
    body = render(
        "inbox/list.html",
        lines=lines_of(rows, spots),
        here=_here(),
        result=result_bar(),
        bulk=bulk_bar(folder) if rows else "",
        extra=drawn("inbox/search_help.html") if folder == "search" else "",
        **{**defaults, **values},
        **sidebar(get_viewer(), folder),
    )
    response = make_response(body)
    response.headers["Speculation-Rules"] = f'"{asset("prefetch.rules")}"'
    return response


def _here() -> str:
    """This page's own address, without what it was told to say once."""
    kept = {key: value for key, value in request.args.items() if key not in ("done", "closed")}
    return request.path + (f"?{urlencode(kept)}" if kept else "")


def _asked_filters() -> dict[str, str]:
    asked = {key: request.args.get(key, "")[:80] for key in ("mailbox", "tag", "assignee", "channel")}
    return {
        key: value
        for key, value in asked.items()
        if value and (key in ("tag", "channel") or _number(value) is not None)
    }


def _ticket_number(query: str) -> int | None:
    reference = find_reference(query) if query.upper().startswith("SB-") and " " not in query else None
    return reference.number if reference else _number(query.removeprefix("#"))


def _start() -> int:
    return _number(request.args.get("start", "")) or 1


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else None
