"""Splitting: a message and all that follows become a ticket of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, NotFound, Refused
from supportbox.inbox.event import record
from supportbox.inbox.foreign import judge, keep_writers
from supportbox.inbox.merge import move_messages
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail.subject import subject_key
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact

PREVIEW = 140


def split(session: Session, ticket: Ticket, message_id: int, *, by: Agent, at: datetime) -> Ticket:
    """Take this message and what follows out of the ticket. Where somebody else wrote it, the new ticket is theirs."""
    if not by.can_reply:
        raise Forbidden("Light agents can neither merge nor split tickets.")
    if ticket.merged_into_id or ticket.deleted_at:
        raise Conflict("This ticket was merged or deleted: nothing in it changes any more.")
    messages = session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)).all()
    stays = [message for message in messages if message.id < message_id]
    goes = [message for message in messages if message.id >= message_id]
    if not goes or goes[0].id != message_id:
        raise NotFound("There is no such message.")
    if not stays:
        raise Refused("This is the first message: without it nothing would be left of the ticket.")
    new = _new_ticket(session, ticket, goes, at)
    is_same = new.customer_id == ticket.customer_id
    move_messages(session, [message.id for message in goes], new.id, with_deliveries=is_same)
    session.flush()
    session.expire_all()  # the statements above went past the session
    _settle(ticket, stays)
    if is_same:
        _copy_participants(session, ticket, new)
    else:
        judge(session, new)
        keep_writers(session, new)
    record(session, "split", at=at, ticket_id=ticket.id, agent_id=by.id, into=new.id, messages=len(goes))
    record(session, "split_off", at=at, ticket_id=new.id, agent_id=by.id, ticket=ticket.id, messages=len(goes))
    ticket.touch(at)
    session.flush()
    return new


def _new_ticket(session: Session, ticket: Ticket, goes: Sequence[Message], at: datetime) -> Ticket:
    first = goes[0]
    contact = session.get(Contact, first.contact_id) if first.kind == "customer" and first.contact_id else None
    customer_id = contact.customer_id if contact else ticket.customer_id
    subject = first.facts.get("subject") or ticket.subject
    new = Ticket(
        subject=subject,
        subject_key=subject_key(subject),
        language=ticket.language,
        customer_id=customer_id,
        mailbox_id=ticket.mailbox_id,
        assignee_id=ticket.assignee_id,
        answer_to=ticket.answer_to if customer_id == ticket.customer_id else "",
        status=ticket.status if ticket.status == "spam" else "open",
        created_at=first.at,
        updated_at=at,
        seen_at=at,
    )
    session.add(new)
    session.flush()
    _settle(new, goes)
    if new.status == "open" and new.waiting_since is None:
        new.status = "waiting"  # the last word in it is ours
    return new


def _settle(ticket: Ticket, messages: Sequence[Message]) -> None:
    """What the ticket says of its messages, now that it has these."""
    said = [message for message in messages if message.kind != "note" and message.verdict in ("deliver", "spam")]
    theirs = [message for message in said if message.kind == "customer"]
    ticket.message_count = len(messages)
    ticket.customer_at = theirs[-1].at if theirs else None
    ticket.preview = " ".join((theirs or list(messages))[-1].visible[: PREVIEW * 4].split())[:PREVIEW]
    if ticket.status != "open" or not theirs or said[-1].kind != "customer":
        ticket.waiting_since = None
        return
    ours = [place for place, message in enumerate(said) if message.kind == "agent"]
    ticket.waiting_since = said[ours[-1] + 1 if ours else 0].at


def _copy_participants(session: Session, ticket: Ticket, new: Ticket) -> None:
    for one in session.scalars(select(Participant).where(Participant.ticket_id == ticket.id)):
        session.add(Participant(ticket_id=new.id, contact_id=one.contact_id, is_accepted=one.is_accepted))
