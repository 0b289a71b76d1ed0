"""Starting a ticket: an agent writes first, to somebody known or new."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import File
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.mail.subject import subject_key
from supportbox.people.agent import Agent
from supportbox.people.find import find_or_make_contact
from supportbox.people.hiring import check_address

LONGEST_SUBJECT = 200
PREVIEW = 140


@dataclass(frozen=True, slots=True)
class Opening:
    """What an agent writes to begin with. `name` is for somebody new."""

    address: str
    subject: str
    text: str
    name: str = ""
    files: tuple[File, ...] = ()


def start(
    session: Session,
    agent: Agent,
    opening: Opening,
    mailbox: Mailbox,
    *,
    now: datetime,
    undo: timedelta = timedelta(0),
    then: str = "waiting",
    send_token: str | None = None,
) -> Message:
    """A new ticket whose first words are ours, to leave after `undo`; the same `send_token` finds the same message."""
    if send_token and (before := session.scalar(select(Message).where(Message.send_token == send_token))):
        return before
    subject = " ".join(opening.subject.split())
    _check(agent, mailbox, subject, opening.text)
    address = check_address(opening.address)
    if session.scalar(select(Mailbox.id).where(Mailbox.address == address)):
        raise Refused("This is an address of ours. Write to a customer's.")
    contact = find_or_make_contact(session, "email", address, name=opening.name, language="", now=now)
    ticket = _ticket(subject, opening.text, mailbox, contact.customer_id, now=now)
    ticket.answer_to = address  # a customer may have several: this first letter goes to the one that was chosen
    session.add(ticket)
    session.flush()
    record(session, "opened", at=now, ticket_id=ticket.id, agent_id=agent.id, channel="email")
    message = reply(
        session, ticket, agent, opening.text, now=now, undo=undo, then=then, send_token=send_token, files=opening.files
    )
    # From here on answers go where the customer writes from, and to this address until they do.
    message.contact_id, ticket.answer_to = contact.contact_id, ""
    session.flush()
    return message


def _ticket(subject: str, text: str, mailbox: Mailbox, customer_id: int, *, now: datetime) -> Ticket:
    return Ticket(
        subject=subject,
        subject_key=subject_key(subject),
        customer_id=customer_id,
        mailbox_id=mailbox.id,
        preview=" ".join(text[: PREVIEW * 4].split())[:PREVIEW],
        created_at=now,
        updated_at=now,
    )


def _check(agent: Agent, mailbox: Mailbox, subject: str, text: str) -> None:
    if not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not write to customers.")
    if not mailbox.is_active:
        raise Refused("This mailbox is switched off. Choose another one.")
    if not subject:
        raise Refused("A letter needs a subject.")
    if len(subject) > LONGEST_SUBJECT:
        raise Refused("A subject may have at most 200 characters.")
    if not text.strip():
        raise Refused("There is nothing to send yet: write a few words first.")
