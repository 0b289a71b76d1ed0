"""The page of one ticket: its timeline, its composer, and its customer."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from supportbox import clock
from supportbox.errors import NotFound
from supportbox.inbox import ticket_page
from supportbox.inbox.folders import FOLDERS
from supportbox.inbox.parcel import UNKNOWN
from supportbox.inbox.presence import present_at
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.web.access import get_viewer
from supportbox.web.assets import asset
from supportbox.web.frame import render
from supportbox.web.inbox.chatting import chat_of
from supportbox.web.inbox.column import column
from supportbox.web.inbox.composing import composer
from supportbox.web.inbox.entries import Entry, timeline
from supportbox.web.inbox.gate import NO_TICKET, check_visible, visible_ticket
from supportbox.web.inbox.newer import newer
from supportbox.web.inbox.presence import company
from supportbox.web.inbox.sidebar import counts, folder_names, sidebar
from supportbox.web.inbox.strangers import strangers
from supportbox.web.inbox.typed import Typed
from supportbox.web.notices import read_here
from supportbox.web.reading import business, reading, writing
from supportbox.web.times import Times

# On paper there are no pages to turn; more messages than this nobody prints.
MOST_PRINTED = 5000


def show(number: int) -> ResponseReturnValue:
    """The page; looking at it marks what the customer wrote as seen."""
    row = _find(number)
    if row.merged_into_id:
        return redirect(f"/inbox/tickets/SB-{row.merged_into_id}?from={number}", 303)
    is_unread = row.customer_at is not None and (row.seen_at is None or row.seen_at < row.customer_at)
    # A browser that fetches a page ahead has not shown it to anybody; its script says so when it does.
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        if row.has_notices:
            read_here(number)
        if is_unread:
            # A full disk or a busy database keeps nobody from reading.
            with suppress(OperationalError):
                _mark_seen(number)
    return _page(row)


def mark_seen(number: int) -> ResponseReturnValue:
    """For a page that was fetched ahead and is now in front of somebody."""
    visible_ticket(number)
    read_here(number)
    _mark_seen(number)
    return "", 204


def _mark_seen(number: int) -> None:
    with writing() as session:
        session.execute(update(Ticket).where(Ticket.id == number).values(seen_at=clock.now()))


def page(number: int, *, problem: str = "", text: str = "", typed: Typed | None = None, status: int = 200) -> Response:
    """The page as it is now, with what the agent typed and why that was not taken, if so."""
    return _page(_find(number), problem=problem, typed=typed or (Typed(text=text) if text else None), status=status)


def _find(number: int) -> AnyRow:
    row = ticket_page.find_ticket(reading(), number, me=get_viewer().id)
    if row is None:
        raise NotFound(NO_TICKET)
    check_visible(row.mailbox_id)
    return row


def _page(row: AnyRow, *, problem: str = "", typed: Typed | None = None, status: int = 200) -> Response:
    viewer, times = get_viewer(), Times(clock.now())
    around = sidebar(viewer, request.args.get("in", ""))
    talk = _conversation(row, times, is_stopped=status == 409)
    # What the page has shown is told by the form that it sends, so that what is newer can be shown first.
    send_token = f"{around['last_event'] or 0}.{secrets.token_urlsafe(16)}"
    body = render(
        "inbox/ticket.html",
        t=row,
        own_tags=row.tags.split("\n") if row.tags else (),
        agents=counts().agents,
        mailboxes=_other_mailboxes(row),
        merged=_merged(row),
        came_from=_number(request.args.get("from", "")),
        company=company(present_at(reading(), row.id, times.now) if row.has_company else (), viewer.id),
        times=times,
        waits=times.ago(row.waiting_since) if row.waiting_since else "",
        problem=problem,
        text=typed.text if typed else "",
        undo_seconds=current_app.extensions["settings"].undo_seconds,
        composer=composer(row, talk, typed, send_token, times),
        **talk,
        **column(row, times),
        **_way_back(),
        **around,
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Speculation-Rules"] = f'"{asset("prefetch.rules")}"'
    return response


def _conversation(row: AnyRow, times: Times, *, is_stopped: bool) -> Mapping[str, Any]:
    """Everything said and done, fifty messages at a time, and to whom an answer goes."""
    connection, number = reading(), row.id
    limit = MOST_PRINTED if "all" in request.args else ticket_page.MESSAGES
    before = _number(request.args.get("before", "")) or ticket_page.NEWEST
    messages = ticket_page.list_messages(connection, number, limit, before=before)
    contacts = ticket_page.list_contacts(connection, row.customer_id)
    others = strangers(number, messages, is_whole=len(messages) < limit)
    events = ticket_page.list_events(connection, number)
    entries = _timeline(row, messages, events, others, times, before)
    is_newest = before == ticket_page.NEWEST
    is_full = len(messages) == limit
    return {
        "entries": entries,
        "chat": chat_of(number, messages, times.now),
        "first_message": messages[0].id if messages else 0,
        "hidden_count": max(0, row.message_count - len(messages)) if is_full and is_newest else 0,
        "has_older": is_full and not is_newest,
        "is_newest": is_newest,
        "has_returned": _has_returned(row, messages, events),
        "newer": newer(number, entries, times) if is_stopped else (),
        "contacts": contacts,
        "receiver": _receiver(row, messages, contacts),
        "last_letter": _last_letter(messages),
    }


def _timeline(
    row: AnyRow, messages: list[AnyRow], events: list[AnyRow], others: Mapping[int, AnyRow], times: Times, before: int
) -> list[Entry]:
    connection, number = reading(), row.id
    first = messages[0].id if messages else 0
    if before != ticket_page.NEWEST and messages:
        events = [event for event in events if event.at <= messages[-1].at]
    return timeline(
        messages,
        events,
        ticket_page.list_deliveries(connection, number, first=first, before=before),
        ticket_page.list_files(connection, number, first=first, before=before) if row.has_files else (),
        times,
        row.subject,
        others,
        is_checked=bool(business().authserv_ids),
    )


def _has_returned(row: AnyRow, messages: list[AnyRow], events: list[AnyRow]) -> bool:
    """Whether the end of a snooze is the last that happened, so that one press puts it off again."""
    if row.snoozed_until or row.status not in ("open", "waiting"):
        return False
    woke = next((event for event in reversed(events) if event.kind != "reopened"), None)
    is_last = woke is not None and woke.kind == "woke" and woke.agent is None
    return is_last and woke is not None and not any(message.at > woke.at for message in messages)


def _last_letter(messages: list[AnyRow]) -> AnyRow | None:
    """The one whose sender can be blocked or trusted."""
    theirs = (m for m in reversed(messages) if m.kind == "customer" and "@" in m.sender_value)
    return next((message for message in theirs if message.sender_value != UNKNOWN), None)


def _receiver(row: AnyRow, messages: list[AnyRow], contacts: list[AnyRow]) -> str:
    """Where an answer will go, as the reply itself decides it."""
    theirs = [contact.value for contact in contacts if contact.kind == "email"]
    wrote: list[Any] = [m.sender_value for m in reversed(messages) if m.kind == "customer" and m.sender_value in theirs]
    return row.answer_to or next(iter(wrote + theirs), "")


def _other_mailboxes(row: AnyRow) -> list[tuple[int, str]]:
    """Where the ticket could be moved to."""
    hidden = get_viewer().hidden_mailboxes
    return [(n, name) for n, name, _ in counts().mailboxes if n != row.mailbox_id and n not in hidden]


def _merged(row: AnyRow) -> list[int]:
    return sorted(int(number) for number in (row.merged or "").split(",") if number)


def _way_back() -> Mapping[str, str]:
    folder = request.args.get("in", "")
    back = folder if folder in FOLDERS else "unassigned"
    return {"back": back, "back_name": folder_names()[back]}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
