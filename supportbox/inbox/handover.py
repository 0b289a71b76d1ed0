"""Handing over: a ticket goes to a colleague with a note of what was said last, what was promised and what is due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.inbox.callback import Callback, callbacks_of
from supportbox.inbox.event import record
from supportbox.inbox.follow import follow
from supportbox.inbox.message import Message
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.team import Team, TeamAgent

LAST_WORDS = 600  # characters


@dataclass(frozen=True, slots=True)
class Summary:
    """What the next one has to know, from what is known here. What was promised, only the agent can say."""

    last_words: str
    said_at: datetime | None
    last_answer: str
    callbacks: tuple[Callback, ...]
    snoozed_until: datetime | None


def summarise(session: Session, ticket: Ticket) -> Summary:
    """The last words of both sides and what is due."""
    theirs, ours = _last(session, ticket, "customer"), _last(session, ticket, "agent")
    return Summary(
        _short(theirs),
        theirs.at if theirs else None,
        _short(ours),
        tuple(callbacks_of(session, ticket)),
        ticket.snoozed_until,
    )


def hand_over(
    session: Session, ticket: Ticket, note: str, *, by: Agent, at: datetime, to: Agent | None, team: Team | None = None
) -> Message:
    """Give it to an agent, or to a team whose next free hand takes it, with the summary as a note; who gave it away
    goes on hearing of it."""
    if not by.can_reply:
        raise Forbidden("Light agents can add notes, but not hand tickets over.")
    if to is None and team is None:
        raise Refused("Choose to whom to hand it over.")
    if to is not None and (not to.is_active or not to.can_reply):
        raise Refused("This agent cannot take it.")
    message = reply(session, ticket, by, note, now=at, is_note=True)
    message.facts = {**message.facts, "handed_over": True}
    ticket.assign(to, by=by, at=at)
    name = to.name if to else team.name if team else ""
    record(session, "handed_over", at=at, ticket_id=ticket.id, message_id=message.id, agent_id=by.id, assignee=name)
    for agent in [to] if to else _members(session, team):
        if agent.id != by.id:
            follow(session, ticket, agent, at=at)
    follow(session, ticket, by, at=at)
    session.flush()
    return message


def _members(session: Session, team: Team | None) -> list[Agent]:
    if team is None:
        return []
    query = select(Agent).join(TeamAgent, TeamAgent.agent_id == Agent.id)
    return list(session.scalars(query.where(TeamAgent.team_id == team.id, Agent.is_active).order_by(Agent.id)))


def _last(session: Session, ticket: Ticket, kind: str) -> Message | None:
    query = select(Message).where(Message.ticket_id == ticket.id, Message.kind == kind, Message.verdict == "deliver")
    return session.scalar(query.order_by(Message.id.desc()).limit(1))


def _short(message: Message | None) -> str:
    words = " ".join(message.visible.split()) if message else ""
    return words if len(words) <= LAST_WORDS else words[:LAST_WORDS].rstrip() + "…"
