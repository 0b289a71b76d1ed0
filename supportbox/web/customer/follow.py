"""A customer's own request behind a signed link: how far it is, what was said, an answer, "my problem is solved"."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app, redirect, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock, inbox
from supportbox.channels import form as form_channel
from supportbox.channels.files import path_of
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.throttle import allow
from supportbox.web.customer import links, page
from supportbox.web.customer.form import check_message, read_form, read_uploads
from supportbox.web.customer.opened import is_open
from supportbox.web.customer.rows import Request, files_of, is_safe_only, messages_of
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing

ANSWERS_AN_HOUR = 20
HOUR = timedelta(hours=1)


def show(token: str) -> ResponseReturnValue:
    """The page; looking at it changes nothing."""
    asked = page.find_ticket(token)
    return page.draw(page.speaking(asked), token) if asked else links.over(token)


def answer(token: str) -> ResponseReturnValue:
    """The customer writes again."""
    asked, now = page.get_request(token), clock.now()
    form = read_form()
    check_message(form)
    uploads = read_uploads(form)
    if form.problems:
        return page.draw(asked, token, text=form.message, problem=next(iter(form.problems.values()))), 422
    with writing() as session:
        if not allow(session, f"request:{asked.id}", limit=ANSWERS_AN_HOUR, within=HOUR, now=now):
            raise Refused(_("You have written several times within the hour. Wait a while, then send this again."))
    number = take_in(asked, form.message, uploads)
    return redirect(f"/r/{links.token_for(number) if number else token}#last", 303)


def take_in(asked: Request, text: str, uploads: Sequence[form_channel.Upload] = (), *, is_safe: bool = False) -> int:
    """The customer's words into the ticket; its number where that became another one. Once, however often sent."""
    settings, now = _settings(), clock.now()
    entry = form_channel.Entry(
        kind=asked.kind,
        email=asked.email,
        subject=asked.subject,
        text=text,
        language=page_language(),
        once=request.form.get("once", "")[:40] or secrets.token_urlsafe(9),
        uploads=uploads,
    )
    with writing() as session:
        if session.scalar(select(Message.id).where(Message.external_id == f"form:{entry.once}")):
            return 0
        incoming = form_channel.incoming_from(
            entry, mailbox_id=asked.mailbox_id, ticket_id=asked.id, files_folder=Path(settings.files), now=now
        )
        receipt = inbox.receive(session, incoming, now=now)
        if is_safe and receipt.message_id:
            message = session.get_one(Message, receipt.message_id)
            message.facts = {**message.facts, "safe": True}
    return receipt.ticket_id if receipt.ticket_id and receipt.ticket_id != asked.id else 0


def close(token: str) -> ResponseReturnValue:
    """The customer says that the matter is settled."""
    asked = page.get_request(token)
    with writing() as session:
        ticket = session.get_one(Ticket, asked.id)
        if ticket.status in ("open", "waiting"):
            ticket.close(by=None, at=clock.now())
    return redirect(f"/r/{token}#rating", 303)


def file(token: str, file: str) -> ResponseReturnValue:
    """A file of this request, always as a download."""
    asked = page.get_request(token)
    connection = reading()
    said = messages_of(connection, asked, now=clock.now())
    messages = [row.id for row in said if is_open(asked) or not is_safe_only(row)]
    found = next((row for row in files_of(connection, messages) if row.token == file), None)
    path = _settings().files / path_of(file)
    if found is None or not path.is_file():
        raise NotFound(_("There is no such page, or it is not for you to see."))
    response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=found.filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
