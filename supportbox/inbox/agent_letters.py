"""What agents do from their own mail program: answer a ticket, pass a letter on; only when their domain vouches."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.matching import Match, follow
from supportbox.inbox.parcel import Clues, Incoming, Receipt, Sender
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.find import normalise

# What an answer begins with that is for colleagues; notices say so.
_NOTE = re.compile(r"\s*@note\b[ \t:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A customer's letter that an agent passed on, and the agent's own words above it."""

    incoming: Incoming
    agent: Agent
    comment: str

    @property
    def reason(self) -> str:
        return f"A new ticket, passed on by {self.agent.name}: whose letter it is, is a claim."


def answered(session: Session, incoming: Incoming, *, now: datetime) -> Receipt | Match | None:
    """An answer to the address that we signed for one agent: sent on as that agent's reply, or why it is not.

    A light agent's becomes a note, and so does one that begins with @note. None when it came to no such address."""
    if incoming.clues.agent_token is None:
        return None
    number, agent_id = incoming.clues.agent_token
    ticket, agent = follow(session, number), session.get(Agent, agent_id)
    if ticket is None or agent is None or not agent.is_active:
        return Match(None, "A new ticket: it was to be an agent's answer, and ticket or agent are gone.")
    if incoming.sender.value != agent.email.lower() or not incoming.is_vouched_for:
        return Match(None, f"A new ticket: nothing proves that {agent.name} wrote this answer.", ticket.id)
    if incoming.verdict != "deliver":
        return Match(None, "A new ticket: a machine answered in an agent's place.", ticket.id)
    try:
        return _sent_on(session, ticket, agent, incoming, now=now)
    except Refused as refusal:
        return Match(None, f"A new ticket: the answer of {agent.name} was not sent. {refusal}", ticket.id)


def passed_on(session: Session, incoming: Incoming) -> PassedOn | None:
    """A letter that an agent forwards: its first sender is the customer, by the agent's word, and it joins nothing."""
    forward = incoming.forward
    if forward is None or not incoming.is_vouched_for or incoming.verdict != "deliver":
        return None
    agent = session.scalar(select(Agent).where(Agent.email == incoming.sender.value, Agent.is_active))
    address = normalise("email", forward.sender.email)
    if agent is None or not agent.can_reply or _is_ours(session, address):
        return None
    customers = replace(
        incoming,
        sender=Sender("email", address, forward.sender.name),
        text=forward.text,
        visible_text="",
        reply_to=None,
        clues=Clues(),
        is_sender_proven=None,
        may_acknowledge=False,
    )
    return PassedOn(customers, agent, forward.comment)


def comment(session: Session, passed: PassedOn, receipt: Receipt, *, now: datetime) -> None:
    """What the agent wrote above the letter: for colleagues, so it becomes a note, never the customer's words."""
    if passed.comment:
        ticket = session.get_one(Ticket, receipt.ticket_id)
        reply(session, ticket, passed.agent, passed.comment, now=now, is_note=True)


def _sent_on(session: Session, ticket: Ticket, agent: Agent, incoming: Incoming, *, now: datetime) -> Receipt:
    words = incoming.visible_text or incoming.text
    note = _NOTE.match(words)
    message = reply(
        session,
        ticket,
        agent,
        words[note.end() :] if note else words,
        now=now,
        is_note=bool(note) or not agent.can_reply,
        # The same letter may come by two ways; it is sent on once.
        send_token=f"letter:{ticket.id}:{agent.id}:{incoming.external_id}:{incoming.body_hash}",
        files=incoming.files,
    )
    reason = f"{agent.name} answered by mail."
    message.intake_id = message.intake_id or incoming.intake_id
    message.facts = {**message.facts, "match": reason, "proven": incoming.is_sender_proven}
    session.flush()
    return Receipt(ticket.id, message.id, False, reason)


def _is_ours(session: Session, address: str) -> bool:
    """Whether nobody can be a customer under this address: it is a mailbox's or an agent's."""
    ours = (select(Mailbox.id).where(Mailbox.address == address), select(Agent.id).where(Agent.email == address))
    return any(session.scalar(query.limit(1)) is not None for query in ours)
