"""A customer's own request behind a signed link: how far it is, what was said, an answer, "my problem is solved"."""

import secrets
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from flask import Response, current_app, make_response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from supportbox import clock, inbox
from supportbox.channels import form as form_channel
from supportbox.channels.files import path_of
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.kb.markdown import without_anchors
from supportbox.people.request_link import make_request_token, read_request_token
from supportbox.people.throttle import allow
from supportbox.web.customer.form import check_message, read_form, read_uploads
from supportbox.web.customer.rows import Request, files_of, find_request, messages_of
from supportbox.web.frame import page_language, render
from supportbox.web.help.article import rendered
from supportbox.web.help.days import long_day
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing

ANSWERS_AN_HOUR = 20
HOUR = timedelta(hours=1)


def find_ticket(token: str) -> Request | None:
    """The request of a link that is ours and not over."""
    number = read_request_token(_key(), token, now=clock.now())
    return find_request(reading(), number) if number else None


def show(token: str) -> ResponseReturnValue:
    """The page; looking at it changes nothing."""
    return _draw(_get(token), token)


def answer(token: str) -> ResponseReturnValue:
    """The customer writes again."""
    asked, now = _get(token), clock.now()
    form = read_form()
    check_message(form)
    uploads = read_uploads(form)
    if form.problems:
        return _draw(asked, token, text=form.message, problem=next(iter(form.problems.values()))), 422
    with writing() as session:
        if not allow(session, f"request:{asked.id}", limit=ANSWERS_AN_HOUR, within=HOUR, now=now):
            raise Refused(_("You have written several times within the hour. Wait a while, then send this again."))
    entry = form_channel.Entry(
        kind=asked.kind,
        email=asked.email,
        subject=asked.subject,
        text=form.message,
        language=page_language(),
        once=request.form.get("once", "")[:40] or secrets.token_urlsafe(9),
        uploads=uploads,
    )
    return redirect(_receive(asked, entry, token), 303)


def _receive(asked: Request, entry: form_channel.Entry, token: str) -> str:
    settings, now = _settings(), clock.now()
    with writing() as session:
        if session.scalar(select(Message.id).where(Message.external_id == f"form:{entry.once}")):
            return f"/r/{token}#last"
        incoming = form_channel.incoming_from(
            entry, mailbox_id=asked.mailbox_id, ticket_id=asked.id, files_folder=Path(settings.files), now=now
        )
        receipt = inbox.receive(session, incoming, now=now)
    if receipt.ticket_id in (asked.id, None):
        return f"/r/{token}#last"
    return f"/r/{make_request_token(_key(), receipt.ticket_id, now=now)}#last"


def close(token: str) -> ResponseReturnValue:
    """The customer says that the matter is settled."""
    asked = _get(token)
    with writing() as session:
        ticket = session.get_one(Ticket, asked.id)
        if ticket.status in ("open", "waiting"):
            ticket.close(by=None, at=clock.now())
    return redirect(f"/r/{token}", 303)


def file(token: str, file: str) -> ResponseReturnValue:
    """A file of this request, always as a download."""
    asked = _get(token)
    connection = reading()
    messages = [row.id for row in messages_of(connection, asked, now=clock.now())]
    found = next((row for row in files_of(connection, messages) if row.token == file), None)
    path = _settings().files / path_of(file)
    if found is None or not path.is_file():
        raise NotFound(_("There is no such page, or it is not for you to see."))
    response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=found.filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _get(token: str) -> Request:
    asked = find_ticket(token)
    if asked is None:
        raise NotFound(_("This link is over or incomplete. Write to us again, and we will find your request."))
    return asked


def _draw(asked: Request, token: str, *, text: str = "", problem: str = "") -> Response:
    connection = reading()
    said = messages_of(connection, asked, now=clock.now())
    files = defaultdict(list)
    for one in files_of(connection, [row.id for row in said]):
        files[one.message_id].append(one)
    is_answered = any(row.kind == "agent" for row in said)
    page = render(
        "customer/request.html",
        ticket=asked,
        token=token,
        steps=_steps(asked, is_answered),
        messages=said,
        files=files,
        written=_written,
        long_day=long_day,
        once=secrets.token_urlsafe(9),
        text=text,
        problem=problem,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _written(text: str) -> Markup:
    """An agent's Markdown as it looks."""
    return Markup(without_anchors(rendered(text, page_language()).html))  # noqa: S704 - cleaned by nh3


def _steps(asked: Request, is_answered: bool) -> list[tuple[str, bool]]:
    """How far the request has come, like a parcel."""
    is_closed = asked.status == "closed"
    is_seen = is_answered or is_closed or asked.seen_at is not None
    return [
        (_("Received"), True),
        (_("Seen"), is_seen),
        (_("Answered"), is_answered),
        (_("Solved"), is_closed),
    ]


def _key() -> bytes:
    return _settings().key("request-link")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
