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
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.web.access import get_viewer
from supportbox.web.assets import asset
from supportbox.web.frame import render
from supportbox.web.inbox.entries import Entry, timeline
from supportbox.web.inbox.sidebar import counts, folder_names, sidebar
from supportbox.web.inbox.strangers import accepted, strangers
from supportbox.web.reading import business, reading, writing
from supportbox.web.times import Times


def show(number: int) -> ResponseReturnValue:
    """The page; looking at it marks what the customer wrote as seen."""
    row = ticket_page.find_ticket(reading(), number)
    if row is None:
        raise NotFound("There is no ticket of this number.")
    if row.merged_into_id:
        return redirect(f"/inbox/tickets/SB-{row.merged_into_id}", 303)
    is_unread = row.customer_at is not None and (row.seen_at is None or row.seen_at < row.customer_at)
    # A browser that fetches a page ahead has not shown it to anybody; its script says so when it does.
    if is_unread and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        # A full disk or a busy database keeps nobody from reading.
        with suppress(OperationalError):
            _mark_seen(number)
    return _page(row)


def mark_seen(number: int) -> ResponseReturnValue:
    """For a page that was fetched ahead and is now in front of somebody."""
    _mark_seen(number)
    return "", 204


def _mark_seen(number: int) -> None:
    with writing() as session:
        session.execute(update(Ticket).where(Ticket.id == number).values(seen_at=clock.now()))


def page(number: int, *, problem: str = "", text: str = "", mode: str = "reply", status: int = 200) -> Response:
    """The page as it is now, with what the agent typed and why that was not taken, if so."""
    row = ticket_page.find_ticket(reading(), number)
    if row is None:
        raise NotFound("There is no ticket of this number.")
    return _page(row, problem=problem, text=text, mode=mode, status=status)


def _page(row: AnyRow, *, problem: str = "", text: str = "", mode: str = "reply", status: int = 200) -> Response:
    connection, number = reading(), row.id
    viewer, times = get_viewer(), Times(clock.now())
    limit = 5000 if "all" in request.args else ticket_page.MESSAGES
    messages = ticket_page.list_messages(connection, number, limit)
    contacts = ticket_page.list_contacts(connection, row.customer_id)
    others = strangers(number, messages, is_whole=len(messages) < limit)
    folder = request.args.get("in", "")
    folder_back = folder if folder in FOLDERS else "unassigned"
    body = render(
        "inbox/ticket.html",
        t=row,
        own_tags=row.tags.split("\n") if row.tags else (),
        entries=_timeline(row, messages, others, times),
        hidden_count=max(0, row.message_count - len(messages)) if len(messages) == limit else 0,
        contacts=contacts,
        others=[(o.id, o.subject, o.status, times.short(o.created_at)) for o in _others(row)],
        agents=counts().agents,
        receiver=_receiver(row, messages, contacts),
        also=accepted(others) if others else (),
        last_letter=_last_letter(messages),
        send_token=secrets.token_urlsafe(16),
        times=times,
        waits=times.ago(row.waiting_since) if row.waiting_since else "",
        problem=problem,
        text=text,
        mode=mode,
        back=folder_back,
        back_name=folder_names()[folder_back],
        undo_seconds=current_app.extensions["settings"].undo_seconds,
        **sidebar(viewer, folder),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Speculation-Rules"] = f'"{asset("prefetch.rules")}"'
    return response


def _timeline(row: AnyRow, messages: list[AnyRow], others: Mapping[int, AnyRow], times: Times) -> list[Entry]:
    connection, number = reading(), row.id
    return timeline(
        messages,
        ticket_page.list_events(connection, number),
        ticket_page.list_deliveries(connection, number),
        ticket_page.list_files(connection, number) if messages else (),
        times,
        row.subject,
        others,
        is_checked=bool(business().authserv_ids),
    )


def _last_letter(messages: list[AnyRow]) -> AnyRow | None:
    """The one whose sender can be blocked or trusted."""
    theirs = (m for m in reversed(messages) if m.kind == "customer" and "@" in m.sender_value)
    return next((message for message in theirs if message.sender_value != UNKNOWN), None)


def _others(row: AnyRow) -> list[AnyRow]:
    return ticket_page.list_others(reading(), row.customer_id, row.id)


def _receiver(row: AnyRow, messages: list[AnyRow], contacts: list[AnyRow]) -> str:
    """Where an answer will go, as the reply itself decides it."""
    theirs = [contact.value for contact in contacts if contact.kind == "email"]
    wrote: list[Any] = [m.sender_value for m in reversed(messages) if m.kind == "customer" and m.sender_value in theirs]
    return row.answer_to or next(iter(wrote + theirs), "")
