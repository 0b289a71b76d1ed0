"""Whom an event concerns, and as what: never who did it, nobody to whom the mailbox is hidden, nothing of spam."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.inbox.event import Event
from supportbox.inbox.follow import Follower
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.team import hidden_mailboxes

KINDS = (
    "opened",
    "received",
    "assigned",
    "replied",
    "noted",
    "mentioned",
    "delivery_failed",
    "delivery_uncertain",
    "callback_asked",
    "callback_due",
    "woke",
)
_REACH = select(Event.id).order_by(Event.id)
_HAPPENED = (
    select(
        Event.id,
        Event.at,
        Event.kind,
        Event.ticket_id,
        Event.message_id,
        Event.agent_id,
        Event.data,
        Ticket.assignee_id,
        Ticket.mailbox_id,
        Message.verdict,
        Message.agent_id.label("writer_id"),
        Message.sender_value,
        Message.facts,
    )
    .join(Ticket, Ticket.id == Event.ticket_id)
    .outerjoin(Message, Message.id == Event.message_id)
    .where(Event.kind.in_(KINDS), Ticket.status != "spam", Ticket.deleted_at.is_(None), Ticket.merged_into_id.is_(None))
    .where(Ticket.erased_at.is_(None))
    .order_by(Event.id)
)


@dataclass(frozen=True, slots=True)
class Told:
    """One agent and the event that concerns them; `kind` as in the agents' matrix."""

    agent_id: int
    kind: str
    event_id: int
    ticket_id: int
    message_id: int | None
    by_id: int | None
    at: datetime


class _Happened(Protocol):
    """A row of _HAPPENED."""

    id: int
    at: datetime
    kind: str
    ticket_id: int
    message_id: int | None
    agent_id: int | None
    data: dict[str, Any]
    assignee_id: int | None
    mailbox_id: int | None
    verdict: str | None
    writer_id: int | None
    sender_value: str | None
    facts: dict[str, Any] | None


class _First(NamedTuple):
    """The message that opened a ticket."""

    ticket_id: int
    id: int
    verdict: str
    sender_value: str


@dataclass
class _Around:
    """What is asked once for all events of one look."""

    agents: list[Agent]
    hidden: dict[int, frozenset[int]]
    followers: dict[int, list[int]] = field(default_factory=dict)
    firsts: dict[int, "_First"] = field(default_factory=dict)

    def seeing(self, mailbox_id: int | None) -> list[int]:
        """All who may know of this mailbox's tickets."""
        return [one.id for one in self.agents if mailbox_id is None or mailbox_id not in self.hidden[one.id]]


def whom_to_tell(session: Session, after: int, limit: int, *, now: datetime) -> tuple[list[Told], int]:
    """Whom the next events concern, and how far that reads. An agent is told of one message once: as called by name
    rather than as somebody who follows."""
    through = session.scalars(_REACH.where(Event.id > after).limit(limit)).all()[-1]
    happened = session.execute(_HAPPENED.where(Event.id > after, Event.id <= through)).all()
    rows = cast(Sequence[_Happened], happened)
    if not rows:
        return [], through
    around = _around(session, rows)
    told: dict[tuple[object, ...], Told] = {}
    for row in rows:
        for agent_id, kind in _concerned(row, around):
            key = (agent_id, "message", row.message_id) if row.message_id else (agent_id, "event", row.id)
            one = Told(agent_id, kind, row.id, row.ticket_id, _words_of(row, around), row.agent_id, row.at)
            if key not in told or kind == "mentioned":
                told[key] = one
    return list(told.values()), through


def _words_of(row: _Happened, around: _Around) -> int | None:
    first = around.firsts.get(row.ticket_id)
    return first.id if first and row.kind == "opened" else row.message_id


def _around(session: Session, rows: Sequence[_Happened]) -> _Around:
    agents = list(session.scalars(select(Agent).where(Agent.is_active).order_by(Agent.id)))
    connection = session.connection()
    around = _Around(agents, {one.id: hidden_mailboxes(connection, one.id, one.role) for one in agents})
    tickets = {row.ticket_id for row in rows}
    followers: dict[int, list[int]] = defaultdict(list)
    for ticket_id, agent_id in session.execute(
        select(Follower.ticket_id, Follower.agent_id).where(Follower.ticket_id.in_(tickets)).order_by(Follower.agent_id)
    ):
        followers[ticket_id].append(agent_id)
    around.followers = followers
    around.firsts = _firsts(session, {row.ticket_id for row in rows if row.kind in ("opened", "received")})
    return around


def _firsts(session: Session, tickets: set[int]) -> dict[int, _First]:
    firsts = select(func.min(Message.id)).where(Message.ticket_id.in_(tickets)).group_by(Message.ticket_id)
    columns = select(Message.ticket_id, Message.id, Message.verdict, Message.sender_value)
    return {row.ticket_id: _First(*row) for row in session.execute(columns.where(Message.id.in_(firsts)))}


def _concerned(row: _Happened, around: _Around) -> Iterator[tuple[int, str]]:
    """The agents and what it is to each, the most personal first and each once."""
    first = around.firsts.get(row.ticket_id) if row.kind == "opened" else None
    verdict, sender = (first.verdict, first.sender_value) if first else (row.verdict, row.sender_value)
    if verdict not in (None, "deliver") or (row.facts or {}).get("undone"):
        return
    seeing = set(around.seeing(row.mailbox_id))
    emails = {one.id: one.email.lower() for one in around.agents}
    had: set[int] = set()
    for agent_id, kind in _candidates(row, around):
        is_own = agent_id == row.agent_id or (row.agent_id is None and emails.get(agent_id) == sender)
        if agent_id in seeing and agent_id not in had and not is_own:
            had.add(agent_id)
            yield agent_id, kind


def _candidates(row: _Happened, around: _Around) -> Iterable[tuple[int, str]]:
    mine = [row.assignee_id] if row.assignee_id else []
    followers = around.followers.get(row.ticket_id, [])
    everybody = around.seeing(row.mailbox_id)
    match row.kind:
        case "opened":
            return _as("new", [] if mine else everybody)
        case "received":
            if (first := around.firsts.get(row.ticket_id)) and first.id == row.message_id:
                return _as("new", [])  # the ticket's own opening was told
            return [*_as("mine", mine), *_as("followed", followers), *_as("unassigned", [] if mine else everybody)]
        case "assigned":
            return _as("assigned", mine)
        case "replied" | "noted":
            return _as("colleague", [*mine, *followers])
        case "mentioned":
            return _as("mentioned", row.data.get("agents", []))
        case "delivery_failed" | "delivery_uncertain":
            return _as("failed", mine or ([row.writer_id] if row.writer_id else []))
        case "callback_asked" | "callback_due":
            return _as("callback", mine or everybody)
        case _:
            return _as("woke", mine or followers or everybody)


def _as(kind: str, agents: Iterable[int]) -> list[tuple[int, str]]:
    return [(agent_id, kind) for agent_id in agents]
