"""An agent's words on their way out: the reply and the note."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.message import Attachment, Message, columns_of
from supportbox.inbox.parcel import UNKNOWN, File
from supportbox.inbox.participants import accepted_addresses
from supportbox.inbox.suppression import check_receiver, is_suppressed
from supportbox.inbox.ticket import Ticket
from supportbox.mail.clean_text import body_text
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact


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
) -> Message:
    """Add an agent's reply or note to a ticket; a reply is queued to leave after `undo`.

    `then` is the ticket's status afterwards (waiting, open, closed). A `send_token` used before returns the message
    that it made. With `seen_version`, a ticket that changed since is a Conflict. The network is not touched here.
    """
    if send_token and (before := session.scalar(select(Message).where(Message.send_token == send_token))):
        return before
    text = body_text(text).strip()
    _check(ticket, agent, text, is_note=is_note, seen_version=seen_version)
    receiver = "" if is_note else receiver_of(session, ticket)
    if receiver:
        check_receiver(session, receiver)
    message = _message(ticket, agent, text, now=now)
    message.kind, message.send_token = "note" if is_note else "agent", send_token
    session.add(message)
    session.flush()
    session.add_all(Attachment(message_id=message.id, **columns_of(file)) for file in files)
    ticket.message_count += 1
    if is_note:
        record(session, "noted", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id)
        ticket.touch(now)
    else:
        _send(session, ticket, message, receiver, due=now + undo, now=now)
        _settle(ticket, agent, then, now=now)
    session.flush()
    return message


def undo(session: Session, message: Message, agent: Agent, *, now: datetime) -> str:
    """Take a reply back while nothing of it has left; returns its text, so that it can be written again."""
    if not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not take replies back.")
    deliveries = session.scalars(select(Delivery).where(Delivery.message_id == message.id)).all()
    if not deliveries or any(delivery.state != "queued" or delivery.attempts for delivery in deliveries):
        raise Conflict("This reply has already left.")
    ticket = session.get_one(Ticket, message.ticket_id)
    for delivery in deliveries:
        delivery.state = "cancelled"
    message.kind = "note"
    message.facts = {**message.facts, "undone": True}
    record(session, "reply_undone", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id)
    ticket.reopen(by=agent, at=now)
    ticket.waiting_since = ticket.customer_at
    ticket.touch(now)
    session.flush()
    return message.text


def _message(ticket: Ticket, agent: Agent, text: str, *, now: datetime) -> Message:
    return Message(
        ticket_id=ticket.id,
        channel="email",
        at=now,
        mailbox_id=ticket.mailbox_id,
        agent_id=agent.id,
        sender_name=agent.name,
        sender_value=agent.email,
        text=text,
    )


def _check(ticket: Ticket, agent: Agent, text: str, *, is_note: bool, seen_version: int | None) -> None:
    if not text:
        raise Refused("There is nothing to send yet: write a few words first.")
    if not is_note and not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    if ticket.merged_into_id:
        raise Conflict(f"This ticket was merged into SB-{ticket.merged_into_id}: reply there.")
    if ticket.deleted_at:
        raise Conflict("This ticket was deleted. Restore it first.")
    if seen_version is not None and seen_version < ticket.version:
        raise Conflict("Something new arrived in this ticket while you were writing. Read it first.")


def _send(session: Session, ticket: Ticket, message: Message, receiver: str, *, due: datetime, now: datetime) -> None:
    """One delivery a receiver: the customer's, and those of others who take part."""
    others = [one for one in accepted_addresses(session, ticket) if one != receiver and not is_suppressed(session, one)]
    for address in (receiver, *others):
        session.add(
            Delivery(
                ticket_id=ticket.id,
                message_id=message.id,
                mailbox_id=ticket.mailbox_id,
                receiver=address,
                due_at=due,
                created_at=now,
            )
        )
    record(session, "replied", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=message.agent_id)


def receiver_of(session: Session, ticket: Ticket) -> str:
    """Where an answer goes: where the first letter asked for it, else where the customer last wrote from."""
    if ticket.answer_to:
        return ticket.answer_to
    theirs = select(Contact.value).where(
        Contact.customer_id == ticket.customer_id, Contact.kind == "email", Contact.value != UNKNOWN
    )
    in_ticket = theirs.join(Message, Message.contact_id == Contact.id).where(Message.ticket_id == ticket.id)
    receiver = session.scalar(in_ticket.order_by(Message.id.desc()).limit(1)) or session.scalar(
        theirs.order_by(Contact.id).limit(1)
    )
    if receiver is None:
        raise Refused("This customer has no e-mail address to reply to. Add one first.")
    return receiver


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
