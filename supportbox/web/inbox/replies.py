"""Replies, notes and forwards: written, taken back, sent again."""

from collections.abc import Callable
from datetime import timedelta

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.draft import drop_draft
from supportbox.inbox.forward import forward
from supportbox.inbox.message import Message
from supportbox.inbox.placeholders import check_filled, fill
from supportbox.inbox.receivers import Receivers, usual
from supportbox.inbox.reply import reply, undo
from supportbox.inbox.resend import resend
from supportbox.inbox.saved_reply import note_uses
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.upload import forget_uploads
from supportbox.inbox.ways import talk_way
from supportbox.people.agent import Agent
from supportbox.web.access import get_viewer
from supportbox.web.i18n import explain
from supportbox.web.inbox.after_send import following, ticket_address
from supportbox.web.inbox.changes import SNOOZES
from supportbox.web.inbox.gate import get_ticket
from supportbox.web.inbox.keeping_safe import keep_safe
from supportbox.web.inbox.preview import ticket_values
from supportbox.web.inbox.taken_back import typed_again
from supportbox.web.inbox.ticket import page
from supportbox.web.inbox.typed import Typed, addresses, read_typed
from supportbox.web.inbox.unsent import unsent
from supportbox.web.inbox.uploads import files_for, with_posted_files
from supportbox.web.inbox.way_menu import MAIL, chosen_way, undo_time
from supportbox.web.reading import writing

Write = Callable[[Session, Ticket, Agent, Typed], Message]


def add_reply(number: int) -> ResponseReturnValue:
    return _add(number, read_typed("reply"), _reply)


def add_note(number: int) -> ResponseReturnValue:
    return _add(number, read_typed("note"), _note)


def add_forward(number: int) -> ResponseReturnValue:
    return _add(number, read_typed("forward"), _forward)


def _add(number: int, typed: Typed, write: Write) -> ResponseReturnValue:
    """Write it down; whatever hinders that, a page comes back with the agent's text in it."""
    token = request.form.get("send_token", "")
    try:
        typed = with_posted_files(typed)
        with writing() as session:
            ticket, agent = get_ticket(session, number), get_viewer().agent(session)
            message = write(session, ticket, agent, typed)
            drop_draft(session, agent.id, number, typed.mode, now=clock.now(), send_token=token)
            forget_uploads(session, agent.id, typed.uploads)
            note_uses(session, set(typed.used))
            after = agent.after_send
    except Refused as error:
        return unsent(number, typed, error)
    if typed.mode != "reply":
        return redirect(f"{ticket_address(number)}#m{message.id}", 303)
    return redirect(following(after, number, message.id), 303)


def _reply(session: Session, ticket: Ticket, agent: Agent, typed: Typed) -> Message:
    then, _, length = request.form.get("then", "waiting").partition("-")
    seen, now = request.form.get("seen_version", ""), clock.now()
    if then == "snooze" and length not in SNOOZES:
        raise Refused("Choose how long this ticket shall be snoozed.")
    way = chosen_way(session, ticket, typed, now=now)
    message = reply(
        session,
        ticket,
        agent,
        _filled(session, ticket, typed),
        now=now,
        undo=undo_time(way, _undo()),
        then="waiting" if then == "snooze" else then,
        send_token=request.form.get("send_token") or None,
        seen_version=int(seen) if seen.isdecimal() and len(seen) < 16 else None,
        files=files_for(session, typed),
        receivers=None if way else _receivers(session, ticket, typed),
        way=way,
        snooze_until=now + SNOOZES[length] if then == "snooze" else None,
    )
    if typed.is_safe:
        keep_safe(session, ticket, message, now=now)
    return message


def _receivers(session: Session, ticket: Ticket, typed: Typed) -> Receivers | None:
    """As the form says; none where the customer talks by another channel than mail and nobody gets a copy."""
    if typed.way == MAIL:
        return typed.receivers or usual(session, ticket)
    has_copies = typed.cc.strip() or typed.bcc.strip()
    return typed.receivers if has_copies or talk_way(session, ticket, now=clock.now()) is None else None


def _note(session: Session, ticket: Ticket, agent: Agent, typed: Typed) -> Message:
    return reply(
        session,
        ticket,
        agent,
        typed.text,
        now=clock.now(),
        is_note=True,
        send_token=request.form.get("send_token") or None,
        files=files_for(session, typed),
    )


def _forward(session: Session, ticket: Ticket, agent: Agent, typed: Typed) -> Message:
    return forward(
        session,
        ticket,
        agent,
        _filled(session, ticket, typed),
        to=addresses(typed.to),
        message_ids=typed.messages,
        now=clock.now(),
        undo=_undo(),
        send_token=request.form.get("send_token") or None,
        has_files="without_files" not in request.form,
        files=files_for(session, typed),
    )


def _filled(session: Session, ticket: Ticket, typed: Typed) -> str:
    """The text with every placeholder filled; an unknown one stops the letter."""
    if "{{" not in typed.text:
        return typed.text
    return check_filled(fill(typed.text, ticket_values(session.connection(), ticket.id)))


def _undo() -> timedelta:
    return timedelta(seconds=current_app.extensions["settings"].undo_seconds)


def take_back(number: int, message_id: int) -> ResponseReturnValue:
    """Undo a reply that has not left; its text, its receivers and its files are in the composer again."""
    try:
        with writing() as session:
            message = session.get(Message, message_id)
            if message is None or message.ticket_id != get_ticket(session, number).id:
                raise NotFound("There is no such message.")
            agent = get_viewer().agent(session)
            undo(session, message, agent, now=clock.now())
            typed = typed_again(session, message, agent, now=clock.now())
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return page(number, typed=typed)


def send_again(number: int, delivery_id: int) -> ResponseReturnValue:
    """Queue a letter that failed, or may have, once more."""
    viewer = get_viewer()
    if not viewer.can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    try:
        with writing() as session:
            delivery = session.get(Delivery, delivery_id)
            message = session.get(Message, delivery.message_id) if delivery and delivery.message_id else None
            # By its message: the delivery itself stays with a ticket of another customer that was merged into this one.
            if delivery is None or message is None or message.ticket_id != get_ticket(session, number).id:
                raise NotFound("There is no such letter.")
            resend(
                session, delivery, by=viewer.agent(session), at=clock.now(), to=request.form.get("address", "").strip()
            )
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), status=error.status)
    return redirect(ticket_address(number), 303)
