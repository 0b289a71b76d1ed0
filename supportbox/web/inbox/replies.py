"""Replies and notes: written, taken back, sent again."""

from datetime import timedelta

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.reply import reply, undo
from supportbox.inbox.resend import resend
from supportbox.inbox.ticket import Ticket
from supportbox.web.access import get_viewer
from supportbox.web.i18n import explain
from supportbox.web.inbox.ticket import page
from supportbox.web.reading import writing


def add_reply(number: int) -> ResponseReturnValue:
    return _add(number, is_note=False)


def add_note(number: int) -> ResponseReturnValue:
    return _add(number, is_note=True)


def _add(number: int, *, is_note: bool) -> ResponseReturnValue:
    """Write it down; whatever hinders that, the page comes back with the agent's text in it."""
    text = request.form.get("text", "")
    seen = request.form.get("seen_version", "")
    try:
        with writing() as session:
            message = reply(
                session,
                get_ticket(session, number),
                get_viewer().agent(session),
                text,
                now=clock.now(),
                undo=timedelta(seconds=current_app.extensions["settings"].undo_seconds),
                is_note=is_note,
                then=request.form.get("then", "waiting"),
                send_token=request.form.get("send_token") or None,
                seen_version=int(seen) if seen.isdecimal() and not is_note else None,
            )
    except NotFound:
        raise
    except Refused as error:
        mode = "note" if is_note else "reply"
        return page(number, problem=explain(error), text=text, mode=mode, status=error.status)
    return redirect(f"{ticket_address(number)}#m{message.id}", 303)


def take_back(number: int, message_id: int) -> ResponseReturnValue:
    """Undo a reply that has not left; its text is in the composer again."""
    try:
        with writing() as session:
            message = session.get(Message, message_id)
            if message is None or message.ticket_id != number:
                raise NotFound("There is no such message.")
            text = undo(session, message, get_viewer().agent(session), now=clock.now())
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return page(number, text=text)


def send_again(number: int, delivery_id: int) -> ResponseReturnValue:
    """Queue a letter that failed, or may have, once more."""
    viewer = get_viewer()
    if not viewer.can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    try:
        with writing() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None or delivery.ticket_id != number:
                raise NotFound("There is no such letter.")
            resend(session, delivery, by=viewer.agent(session), at=clock.now())
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return redirect(ticket_address(number), 303)


def get_ticket(session: Session, number: int) -> Ticket:
    """The ticket of that number; NotFound when there is none."""
    ticket = session.get(Ticket, number)
    if ticket is None:
        raise NotFound("There is no ticket of this number.")
    return ticket


def ticket_address(number: int) -> str:
    """The ticket's page, in the folder where the agent came from."""
    folder = request.args.get("in", "")
    return f"/inbox/tickets/SB-{number}" + (f"?in={folder}" if folder.isalpha() else "")
