"""An agent's words on their way out: the reply and the note."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox import receivers as to_whom
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.mention import note_mentions
from supportbox.inbox.message import Attachment, Message, columns_of
from supportbox.inbox.parcel import File
from supportbox.inbox.receivers import Receivers
from supportbox.inbox.snooze import snooze
from supportbox.inbox.suppression import check_receiver
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, queue_by, talk_way
from supportbox.mail.clean_text import body_text
from supportbox.people.agent import Agent


def reply(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    text: str,
    *,
    now: datetime,
    undo: timedelta = timedelta(0),
    is_note: bool = False,
    then: str = "waiting",
    send_token: str | None = None,
    seen_version: int | None = None,
    files: tuple[File, ...] = (),
    receivers: Receivers | None = None,
    way: Way | None = None,
    snooze_until: datetime | None = None,
) -> Message:
    """Add an agent's reply or note to a ticket; a reply is queued to leave after `undo`.

    `then`: the ticket's status afterwards. A `send_token` used before returns the message that it made. With
    `seen_version`, a ticket that changed since is a Conflict. Without `receivers` and `way` it goes where the customer
    wrote last, and by mail to whoever was accepted. The network is not touched here."""
    if send_token and (before := session.scalar(select(Message).where(Message.send_token == send_token))):
        return before
    text = body_text(text).strip()
    check_words(ticket, agent, text, is_note=is_note, seen_version=seen_version)
    if way is None and receivers is None and not is_note:
        way = talk_way(session, ticket, now=now)
    goes_to = None if is_note or way else _receivers(session, ticket, receivers)
    message = add_message(session, ticket, agent, text, now=now, send_token=send_token, files=files, is_note=is_note)
    if is_note:
        _tell_team(session, ticket, message, agent, now=now)
    else:
        _tell_customer(session, ticket, message, agent, way or goes_to, due=now + undo)
        _settle(ticket, agent, then, now=now)
        if snooze_until:
            snooze(session, ticket, until=snooze_until, by=agent, at=now)
    session.flush()
    return message


def undo(session: Session, message: Message, agent: Agent, *, now: datetime) -> str:
    """Take a reply back while nothing of it has left; returns its text, so that it can be written again."""
    if not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not take replies back.")
    deliveries = session.scalars(select(Delivery).where(Delivery.message_id == message.id)).all()
    if any(delivery.channel == "chat" for delivery in deliveries):
        raise Conflict("What is said in a chat is on the visitor’s screen at once.")
    if not deliveries or any(delivery.state != "queued" or delivery.attempts for delivery in deliveries):
        raise Conflict("This reply has already left.")
    ticket = session.get_one(Ticket, message.ticket_id)
    for delivery in deliveries:
        delivery.state = "cancelled"
    was_reply = message.kind == "agent"
    message.kind = "note"
    message.facts = {**message.facts, "undone": True}
    record(session, "reply_undone", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id)
    if was_reply:
        ticket.snoozed_until = None
        ticket.reopen(by=agent, at=now)
        ticket.waiting_since = ticket.customer_at
    ticket.touch(now)
    session.flush()
    return message.text


def check_words(
    ticket: Ticket, agent: Agent, text: str, *, is_note: bool = False, seen_version: int | None = None
) -> None:
    """Refuse what cannot be added to this ticket by this agent now."""
    if not text:
        raise Refused("There is nothing to send yet: write a few words first.")
    if not is_note and not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    if ticket.merged_into_id:
        raise Conflict("This ticket was merged into SB-%(number)s: reply there.", number=ticket.merged_into_id)
    if ticket.deleted_at:
        raise Conflict("This ticket was deleted. Restore it first.")
    if seen_version is not None and seen_version < ticket.version:
        raise Conflict("Something new arrived in this ticket while you were writing. Read it first.")


def add_message(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    text: str,
    *,
    now: datetime,
    send_token: str | None,
    files: tuple[File, ...] = (),
    is_note: bool = False,
) -> Message:
    """An agent's message with its files, as the last of the ticket."""
    message = Message(
        ticket_id=ticket.id,
        kind="note" if is_note else "agent",
        channel="email",
        at=now,
        mailbox_id=ticket.mailbox_id,
        agent_id=agent.id,
        sender_name=agent.name,
        sender_value=agent.email,
        text=text,
        send_token=send_token,
        facts={},
    )
    session.add(message)
    session.flush()
    session.add_all(Attachment(message_id=message.id, **columns_of(file)) for file in files)
    ticket.message_count += 1
    return message


def _receivers(session: Session, ticket: Ticket, wanted: Receivers | None) -> Receivers:
    if wanted is not None:
        return to_whom.chosen(session, ticket, wanted)
    found = to_whom.usual(session, ticket)
    check_receiver(session, found.to)
    return found


def _tell_team(session: Session, ticket: Ticket, note: Message, agent: Agent, *, now: datetime) -> None:
    record(session, "noted", at=now, ticket_id=ticket.id, message_id=note.id, agent_id=agent.id)
    note_mentions(session, ticket, note, agent, at=now)
    ticket.touch(now)


def _tell_customer(
    session: Session, ticket: Ticket, message: Message, agent: Agent, goes_to: Way | Receivers | None, *, due: datetime
) -> None:
    if isinstance(goes_to, Receivers):
        _send(session, ticket, message, agent, goes_to, due=due)
    elif goes_to:
        queue_by(session, ticket, message, goes_to, due=due)
    record(session, "replied", at=message.at, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id)


def _send(
    session: Session, ticket: Ticket, message: Message, agent: Agent, goes_to: Receivers, *, due: datetime
) -> None:
    """One delivery a receiver; the page tells later who else got it."""
    to_whom.admit(session, ticket, goes_to.cc, by=agent, at=message.at)
    to_whom.queue(session, ticket, message, goes_to.with_roles(), kind="reply", due=due)
    told = {"copied": list(goes_to.cc), "hidden_copies": list(goes_to.bcc)}
    message.facts = {key: value for key, value in told.items() if value}


def _settle(ticket: Ticket, agent: Agent, then: str, *, now: datetime) -> None:
    if ticket.assignee_id is None:
        ticket.assign(agent, by=agent, at=now)
    ticket.waiting_since = None
    ticket.snoozed_until = None
    if then == "closed":
        ticket.close(by=agent, at=now)
    elif then == "waiting":
        ticket.wait(by=agent, at=now)
    elif then == "open":
        ticket.reopen(by=agent, at=now)
        ticket.waiting_since = None
    else:
        raise Refused(f"A ticket cannot become {then!r} with a reply.")
    ticket.touch(now)
