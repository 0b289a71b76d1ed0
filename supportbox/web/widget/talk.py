"""The talk itself: a visitor's words are safe before they are answered; what we say is asked for again and again."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supportbox import clock, inbox
from supportbox.channels import chat as chat_channel
from supportbox.channels.email.letter_html import as_html
from supportbox.errors import Refused
from supportbox.inbox.chat import find_chat, find_unfetched, list_chat, note_fetched
from supportbox.inbox.chat_files import list_chat_files
from supportbox.inbox.event import record
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import File
from supportbox.inbox.query import AnyRow
from supportbox.mail.clean_text import body_text, header_text
from supportbox.people.contact import Contact
from supportbox.people.find import find_or_make_contact
from supportbox.people.visitor import Known, Visitor, find_visitor
from supportbox.web.frame import page_language
from supportbox.web.here import here
from supportbox.web.inbox.files import PICTURES
from supportbox.web.inbox.prose import linked
from supportbox.web.open_now import away_sentence
from supportbox.web.reading import reading, writing
from supportbox.web.tagged import tagged
from supportbox.web.widget import asking, attached, machine
from supportbox.web.widget.options import get_options

LONGEST = 5000
A_MINUTE = 20  # messages
_PICTURE = re.compile(r"<img [^>]*>")
_KEY = re.compile(r"[A-Za-z0-9-]{8,40}")


def poll() -> Response:
    """Who is there, and what is new for this visitor after what they have. Writes only when words arrived."""
    chosen, now = get_options(), clock.now()
    names = here().agents_here(now) if chosen.has_chat else []
    body: dict[str, Any] = {"there": names[:3]}
    if not names and (away := away_sentence(now, has_chat=chosen.has_chat)):
        body["away"] = away
    visitor = find_visitor(reading(), asking.token())
    if visitor and visitor.contact_id:
        _note_here(visitor.contact_id, now)
        body |= _news(visitor, now)
        _keep_sight(now)
    return tagged(body)


def _news(visitor: Known, now: datetime) -> Mapping[str, Any]:
    connection = reading()
    ticket = find_chat(connection, visitor)
    rows = list_chat(connection, visitor, ticket, after=_number("after")) if ticket else ()
    files = list_chat_files(connection, rows)
    fetched = find_unfetched(connection, visitor, seen=_number("seen"))
    if fetched:
        with writing() as session:
            note_fetched(session, fetched, now=now)
    return {
        "messages": [_message(row, visitor, files.get(row.id, ())) for row in rows],
        "typing": here().agent_typing(ticket.id, now) if ticket else "",
        "closed": bool(ticket and ticket.status == "closed"),
        "address": visitor.email_claim,
        "confirmed": visitor.confirmed_at is not None,
    }


def say() -> Response:
    """Take a message in. The answer comes after the commit; the same key again is the same message."""
    chosen, now = get_options(), clock.now()
    try:
        asking.check_origin()
        attached.check_size()
        text, key, uploads = (
            body_text(request.form.get("text", "")).strip(),
            request.form.get("key", ""),
            attached.read(),
        )
        if not (text or uploads) or len(text) > LONGEST or not _KEY.fullmatch(key):
            raise Refused("Write a message of at most 5,000 characters.")
        visitor = find_visitor(reading(), asking.token())
        number = _find(visitor.id, key) if visitor else None
        if number is None:
            # Looked for before anything is written: a search may take a while.
            offer = machine.prepare(text, chosen.nearness, visitor)
            files = attached.keep(uploads, now=now)
            with writing() as session:
                number = _take_in(session, chosen.mailbox_id, text, key, offer, files, now=now)
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({"id": number})


def _find(visitor_id: int, key: str) -> int | None:
    """The message that these words are already."""
    return reading().scalar(select(Message.id).where(Message.external_id == f"chat:{visitor_id}:{key}"))


def _take_in(
    session: Session,
    mailbox_id: int,
    text: str,
    key: str,
    offer: machine.Offer | None,
    files: Sequence[File],
    *,
    now: datetime,
) -> int:
    visitor = asking.any_visitor(session, now=now)
    once = f"chat:{visitor.id}:{key}"
    # Two windows may send the same words at the same moment.
    known = session.scalar(select(Message.id).where(Message.external_id == once))
    if known:
        return known
    asking.check_rate(session, f"chat:{visitor.id}", A_MINUTE, asking.MINUTE, now=now)
    value = _contact(session, visitor, now=now)
    visitor.page, visitor.page_title = _page()
    incoming = chat_channel.incoming_from(
        value,
        text,
        once=once,
        mailbox_id=mailbox_id,
        name=visitor.name,
        language=visitor.language or page_language(),
        now=now,
        files=files,
    )
    receipt = inbox.receive(session, incoming, now=now)
    if offer and receipt.ticket_id and visitor.contact_id:
        machine.speak(session, visitor, receipt.ticket_id, offer, now=now)
    session.flush()
    return receipt.message_id or 0


def ask_for_person() -> Response:
    """The machine is silent from now on, and the ticket says why."""
    get_options()
    try:
        asking.check_origin()
        with writing() as session:
            visitor = asking.the_visitor(session)
            known = find_visitor(session.connection(), asking.token())
            ticket = find_chat(session.connection(), known) if known else None
            if ticket and not visitor.wants_person:
                record(session, "person_asked", at=clock.now(), ticket_id=ticket.id)
            visitor.wants_person = True
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({})


def _contact(session: Session, visitor: Visitor, *, now: datetime) -> str:
    """The value of their contact, made with their first words."""
    if visitor.contact_id:
        return session.get_one(Contact, visitor.contact_id).value
    value = secrets.token_urlsafe(16)
    made = find_or_make_contact(session, "chat", value, name=visitor.name, language=visitor.language, now=now)
    visitor.contact_id = made.contact_id
    session.flush()
    return value


def _message(row: AnyRow, visitor: Known, files: Sequence[AnyRow]) -> Mapping[str, Any]:
    is_own, facts = row.kind == "customer", row.facts or {}
    prefix = f"chat:{visitor.id}:"
    return {
        "id": row.id,
        "own": is_own,
        "who": "" if is_own else row.sender_name,
        "machine": bool(facts.get("bot")),
        "at": row.at.isoformat(timespec="seconds"),
        "html": _html(row, facts, is_own=is_own),
        "key": row.external_id.removeprefix(prefix) if (row.external_id or "").startswith(prefix) else "",
        "channel": row.channel,
        "files": [
            {"token": one.token, "name": one.filename, "size": one.size, "picture": one.content_type in PICTURES}
            for one in files
        ],
    }


def _html(row: AnyRow, facts: Mapping[str, Any], *, is_own: bool) -> str:
    """The words, except what was said in the safe place: a chat stays open in its browser for good."""
    if is_own:
        return "🔒" if facts.get("safe") else str(linked(row.text))
    # A picture in the text stands among the message's files.
    return _PICTURE.sub("", as_html(str(facts.get("safe") or row.text)))


def _note_here(contact_id: int, now: datetime) -> None:
    page, title = _page()
    here().visitor_came(contact_id, page=page, title=title, is_typing="typing" in request.args, now=now)


def _keep_sight(now: datetime) -> None:
    """What all visitors' polls said since the last time, in one go."""
    if found := here().unwritten(now):
        rows = [{"contact": one, "at": seen.at} for one, seen in found.items()]
        with writing() as session:
            for row in rows:
                session.execute(update(Visitor).where(Visitor.contact_id == row["contact"]).values(seen_at=row["at"]))


def _page() -> tuple[str, str]:
    given = request.values
    address = header_text(given.get("page", ""))[:500]
    return (address if address.startswith(("http://", "https://")) else ""), header_text(given.get("title", ""))[:200]


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
