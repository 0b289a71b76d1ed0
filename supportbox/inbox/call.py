"""Calls, visits and paper letters: what happened away from the desk, noted by an agent in the customer's ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.callback import OPEN, Callback, finish
from supportbox.inbox.event import record
from supportbox.inbox.mention import note_mentions
from supportbox.inbox.message import Attachment, Message, columns_of
from supportbox.inbox.parcel import File
from supportbox.inbox.reply import check_words
from supportbox.inbox.ticket import Ticket
from supportbox.mail.clean_text import body_text
from supportbox.mail.subject import subject_key
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.contact_value import NUMBERS, normalise
from supportbox.people.contacts import find
from supportbox.people.customer import Customer
from supportbox.people.find import Known

# Channels without a connection: an agent is their way in, so that none of them has a mailbox or a file in channels/.
BY_HAND = ("phone", "counter", "post")
DIRECTIONS = ("in", "out")
OUTCOMES = ("talked", "voicemail", "no-answer")
LONGEST_CALL = timedelta(hours=24)
LONGEST_SUBJECT, PREVIEW = 200, 140


@dataclass(frozen=True, slots=True)
class Call:
    """One call, visit or paper letter. Duration and outcome are a call's."""

    kind: str = "phone"
    direction: str = "in"
    outcome: str = "talked"
    seconds: int = 0
    text: str = ""
    files: tuple[File, ...] = ()

    @property
    def has_answered(self) -> bool:
        """Whether the customer heard us, so that they wait no more."""
        return self.kind != "phone" or self.outcome == "talked"


def find_caller(session: Session, who: str, *, region: str) -> Known | None:
    """Whose number or address this is, on whatever channel it is known."""
    kind, value = _read(who, region)
    kinds: Sequence[str] = NUMBERS if kind == "phone" else (kind,)
    rank = case({name: place for place, name in enumerate(kinds)}, value=Contact.kind)
    query = select(Contact.id, Contact.customer_id).where(Contact.kind.in_(kinds), Contact.value == value)
    row = session.execute(query.order_by(rank).limit(1)).first()
    return Known(*row) if row else None


def make_caller(session: Session, who: str, name: str, *, region: str, now: datetime) -> Known:
    """The caller, as a new customer when nobody has this number or address."""
    kind, value = _read(who, region)
    known = find_caller(session, who, region=region)
    there = find(session, kind, value)
    if there:
        return Known(there.id, there.customer_id)
    name = " ".join(name.split())
    customer_id = known.customer_id if known else insert_row(session, Customer, name=name, created_at=now)
    contact_id = insert_row(session, Contact, customer_id=customer_id, kind=kind, value=value, created_at=now)
    return Known(contact_id, customer_id)


def open_ticket(
    session: Session, agent: Agent, caller: Known, call: Call, *, subject: str, mailbox_id: int | None, now: datetime
) -> Ticket:
    """A new ticket for what the call was about."""
    _check_may(agent)
    words = call.text.strip().splitlines()
    subject = " ".join((subject.strip() or (words[0] if words else ""))[:LONGEST_SUBJECT].split())
    if not subject:
        raise Refused("Say in a few words what it was about.")
    ticket = Ticket(
        subject=subject,
        subject_key=subject_key(subject),
        customer_id=caller.customer_id,
        mailbox_id=mailbox_id,
        created_at=now,
        updated_at=now,
        customer_at=now if call.direction == "in" else None,
    )
    session.add(ticket)
    session.flush()
    record(session, "opened", at=now, ticket_id=ticket.id, agent_id=agent.id, channel=call.kind)
    return ticket


def log_call(
    session: Session,
    agent: Agent,
    ticket: Ticket,
    call: Call,
    *,
    contact_id: int | None,
    now: datetime,
    then: str = "open",
    send_token: str | None = None,
) -> Message:
    """Note it in the ticket; the customer's page says that it was, not what the agent wrote.

    The same `send_token` finds the same note. A call that reached somebody ends the call-back that was asked for."""
    if send_token and (before := session.scalar(select(Message).where(Message.send_token == send_token))):
        return before
    _check_may(agent)
    _check(call)
    check_words(ticket, agent, call.text or "-", is_note=True)
    message = _message(session, agent, ticket, call, contact_id, now, send_token)
    record(session, "called", at=now, ticket_id=ticket.id, message_id=message.id, agent_id=agent.id, channel=call.kind)
    note_mentions(session, ticket, message, agent, at=now)
    if call.direction == "in":
        ticket.customer_at = now
    if call.text:
        ticket.preview = " ".join(call.text[: PREVIEW * 4].split())[:PREVIEW]
    if call.has_answered:
        _settle(session, ticket, agent, then, now)
    ticket.touch(now)
    session.flush()
    return message


def _settle(session: Session, ticket: Ticket, agent: Agent, then: str, now: datetime) -> None:
    for callback in session.scalars(select(Callback).where(OPEN, Callback.ticket_id == ticket.id)).all():
        finish(session, callback, "reached", by=agent, at=now)
    if ticket.assignee_id is None:
        ticket.assign(agent, by=agent, at=now)
    ticket.snoozed_until = None
    if then == "closed":
        ticket.close(by=agent, at=now)
    elif then == "waiting":
        ticket.wait(by=agent, at=now)
    elif ticket.status != "open":
        ticket.reopen(by=agent, at=now)
    ticket.waiting_since = None


def _message(
    session: Session, agent: Agent, ticket: Ticket, call: Call, contact_id: int | None, now: datetime, token: str | None
) -> Message:
    message = Message(
        ticket_id=ticket.id,
        kind="note",
        channel=call.kind,
        at=now,
        mailbox_id=ticket.mailbox_id,
        contact_id=contact_id,
        agent_id=agent.id,
        sender_name=agent.name,
        sender_value=agent.email,
        text=body_text(call.text).strip(),
        send_token=token,
        facts={"call": {"direction": call.direction, "seconds": call.seconds, "outcome": call.outcome}},
    )
    session.add(message)
    session.flush()
    session.add_all(Attachment(message_id=message.id, **columns_of(file)) for file in call.files)
    ticket.message_count += 1
    return message


def _read(who: str, region: str) -> tuple[str, str]:
    """Whether it is a number or an address, and its normal form."""
    kind = "email" if "@" in who else "phone"
    return kind, normalise(kind, who, region=region)


def _check_may(agent: Agent) -> None:
    if not agent.can_reply:
        raise Forbidden("Light agents can add notes, but not log calls.")


def _check(call: Call) -> None:
    if call.kind not in BY_HAND or call.direction not in DIRECTIONS or call.outcome not in OUTCOMES:
        raise Refused("Say what kind of call it was.")
    if not 0 <= call.seconds <= LONGEST_CALL.total_seconds():
        raise Refused("A call lasts between no time and a day.")
