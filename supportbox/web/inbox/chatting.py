"""The agent's side of a chat: new messages and typing asked for again and again, words that are there at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.inbox import ticket_page
from supportbox.inbox.chat import KIND
from supportbox.inbox.message import Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, list_ways
from supportbox.people.visitor import Visitor
from supportbox.web.access import get_viewer
from supportbox.web.forged import csrf_field
from supportbox.web.frame import render
from supportbox.web.here import here
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.entries import timeline
from supportbox.web.inbox.gate import get_ticket, visible_ticket
from supportbox.web.reading import business, reading, writing
from supportbox.web.tagged import tagged
from supportbox.web.times import Times

MOST = 50
_CONTACT = (
    select(Message.contact_id)
    .where(
        Message.ticket_id == bindparam("ticket"),
        Message.channel == KIND,
        Message.kind == "customer",
        Message.contact_id.is_not(None),
    )
    .order_by(Message.id.desc())
    .limit(1)
)
_VISITOR = (
    select(Visitor.email_claim, Visitor.confirmed_at, Visitor.page, Visitor.page_title, Visitor.seen_at)
    .where(Visitor.contact_id == bindparam("contact"))
    .order_by(Visitor.seen_at.desc())
    .limit(1)
)


def chat_of(number: int, messages: list[AnyRow], now: datetime) -> Mapping[str, Any] | None:
    """What the page shows above its composer while a ticket is a chat; None for all others."""
    if not any(row.channel == KIND for row in messages):
        return None
    contact_id = reading().scalar(_CONTACT, {"ticket": number})
    return _chat(contact_id, messages[-1].id, now) if contact_id else None


def _chat(contact_id: int, after: int, now: datetime) -> Mapping[str, Any]:
    is_here = here().visitor(contact_id, now) is not None
    return {"line": _line(contact_id, now), "after": after, "is_here": is_here}


def news(number: int) -> Response:
    """The messages after one, as the page shows them, and what the visitor does; 304 when the page knows that."""
    visible_ticket(number)
    now, viewer = clock.now(), get_viewer()
    if "typing" in request.args and viewer.can_reply:
        here().agent_types(number, viewer.name.split()[0] if viewer.name.strip() else viewer.name, now)
    after, connection = _number(request.args.get("after", "")), reading()
    rows = [row for row in ticket_page.list_messages(connection, number, MOST) if row.id > after]
    contact_id = connection.scalar(_CONTACT, {"ticket": number})
    return tagged(
        {
            "html": _drawn(number, rows, now) if rows else "",
            "after": rows[-1].id if rows else after,
            "line": _line(contact_id, now) if contact_id else "",
            "typing": _is_typing(contact_id, now),
        }
    )


def say(number: int) -> ResponseReturnValue:
    """An agent's words into the chat; nobody takes them back."""
    is_script = request.headers.get("Accept", "") == "application/json"
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    try:
        with writing() as session:
            ticket, agent, now = get_ticket(session, number), get_viewer().agent(session), clock.now()
            message = reply(
                session,
                ticket,
                agent,
                request.form.get("text", ""),
                now=now,
                then="open",
                send_token=request.form.get("send_token") or None,
                way=_way(session, ticket, now=now),
            )
    except Refused as error:
        if not is_script:
            raise
        return make_response({"problem": explain(error)}, error.status)
    here().typing.pop(number, None)
    return {"id": message.id} if is_script else redirect(f"/inbox/tickets/SB-{number}#m{message.id}", 303)


def _way(session: Session, ticket: Ticket, *, now: datetime) -> Way:
    contact_id = session.scalar(_CONTACT, {"ticket": ticket.id})
    opened = [way for way in list_ways(session, ticket, {}, now=now) if way.channel == KIND and way.is_open]
    own = next((way for way in opened if way.contact_id == contact_id), None)
    if own is None:
        raise Refused("The chat is closed: answer by another way.")
    return own


def _drawn(number: int, rows: list[AnyRow], now: datetime) -> str:
    connection, first, times = reading(), rows[0].id, Times(now)
    entries = timeline(
        rows,
        (),
        ticket_page.list_deliveries(connection, number, first=first),
        ticket_page.list_files(connection, number, first=first),
        times,
        "",
        {},
        is_checked=bool(business().authserv_ids),
    )
    return render(
        "inbox/entries.html",
        number=number,
        entries=entries,
        hidden=csrf_field(),
        suffix="",
        can_reply=get_viewer().can_reply,
        can_split=False,
    )


def _line(contact_id: int, now: datetime) -> str:
    """Where the visitor is and how they can be reached, in one line."""
    seen, row = here().visitor(contact_id, now), reading().execute(_VISITOR, {"contact": contact_id}).first()
    parts = [_place(seen.title or seen.page) if seen else _("The visitor has left: answers go by mail, if they can.")]
    if row and row.email_claim and not row.confirmed_at:
        parts.append(_("Says to be %(address)s, not confirmed yet.", address=row.email_claim))
    return " ".join(parts)


def _place(page: str) -> str:
    return _("The visitor is on “%(page)s”.", page=page) if page else _("The visitor is there.")


def _is_typing(contact_id: int | None, now: datetime) -> bool:
    seen = here().visitor(contact_id, now) if contact_id else None
    return bool(seen and seen.typing_until and seen.typing_until > now)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 2**62
