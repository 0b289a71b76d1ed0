"""Forwarding: chosen messages of a ticket to somebody outside, as a letter that lets them into nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.parcel import File
from supportbox.inbox.receivers import checked_addresses, queue
from supportbox.inbox.reply import add_message, check_words
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.upload import check_uploads
from supportbox.mail.clean_text import body_text
from supportbox.people.agent import Agent

KIND = "forward"


def forward(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    text: str,
    *,
    to: Sequence[str],
    message_ids: Sequence[int],
    now: datetime,
    undo: timedelta = timedelta(0),
    send_token: str | None = None,
    has_files: bool = True,
    files: tuple[File, ...] = (),
) -> Message:
    """Queue a letter with the agent's words and the chosen messages, their files with them if `has_files`.

    In the ticket it is a note: its customer never sees it. Whoever gets it is no participant: an answer of theirs comes
    in flagged, and nothing goes to them before an agent says so.
    """
    if send_token and (before := session.scalar(select(Message).where(Message.send_token == send_token))):
        return before
    text = body_text(text).strip()
    passed_on = _chosen(session, ticket, message_ids)
    check_words(ticket, agent, text or "".join(map(_quoted, passed_on)))
    addresses = checked_addresses(session, to)
    whole = "\n\n".join(part for part in (text, *map(_quoted, passed_on)) if part)
    message = add_message(session, ticket, agent, whole, now=now, send_token=send_token, files=files, is_note=True)
    # The words above are what colleagues look for; the rest is in the ticket already.
    message.visible_text = text if passed_on else ""
    enclosed = _files_of(session, [one.id for one in passed_on]) if has_files else []
    check_uploads([*(file.size for file in files), *(file.size for file in enclosed)])
    message.facts = {"forwarded": list(addresses), "own": len(text), "enclosed": [file.id for file in enclosed]}
    queue(session, ticket, message, [(one, "to") for one in addresses], kind=KIND, due=now + undo)
    record(session, "forwarded", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id,
           addresses=list(addresses))  # fmt: skip
    ticket.touch(now)
    session.flush()
    return message


def words_and_quote(message: Message) -> tuple[str, str]:
    """A forward's own words, and what was passed on below them, which is nobody's Markdown."""
    own = int(message.facts.get("own", len(message.text)))
    return message.text[:own], message.text[own:].strip()


def enclosed_files(session: Session, message: Message) -> list[Attachment]:
    """The files of the messages passed on, those that are still there."""
    numbers = [one for one in message.facts.get("enclosed", ()) if isinstance(one, int)]
    if not numbers:
        return []
    return list(session.scalars(select(Attachment).where(Attachment.id.in_(numbers)).order_by(Attachment.id)))


def _chosen(session: Session, ticket: Ticket, message_ids: Sequence[int]) -> list[Message]:
    """Notes are the team's own and never leave."""
    if not message_ids:
        return []
    mine = Message.ticket_id == ticket.id, Message.kind != "note", Message.id.in_(message_ids[:500])
    found = list(session.scalars(select(Message).where(*mine).order_by(Message.id)))
    if len(found) != len(set(message_ids)):
        raise Refused("Notes stay in the team: choose messages of this ticket to forward.")
    return found


def _quoted(message: Message) -> str:
    who = message.sender_name or message.sender_value
    if message.kind == "customer" and message.sender_value not in ("", who):
        who = f"{who} <{message.sender_value}>"
    return f"---------- {who}, {message.at:%Y-%m-%d %H:%M} UTC\n\n{message.visible.strip()}"


def _files_of(session: Session, message_ids: Sequence[int]) -> list[Attachment]:
    if not message_ids:
        return []
    inside = Attachment.message_id.in_(message_ids)
    return list(session.scalars(select(Attachment).where(inside).order_by(Attachment.id)))
