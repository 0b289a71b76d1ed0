"""Mentions: @ben in a note calls a colleague to a ticket."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from supportbox.inbox.event import record
from supportbox.inbox.follow import follow
from supportbox.inbox.message import Message
from supportbox.inbox.saved_reply import folded
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent

_MENTION = re.compile(r"(?<![\w.@])@([\w.’'-]{2,60})")
_AGENTS = select(Agent.id, Agent.name, Agent.email).where(Agent.is_active.is_(True)).order_by(Agent.name)
_BY_ID = select(Agent).where(Agent.id.in_(bindparam("ids", expanding=True)))


class Mentionable(NamedTuple):
    """An agent, and what to write after the @ so that it means nobody else."""

    id: int
    name: str
    handle: str


def list_mentionable(connection: Connection) -> list[Mentionable]:
    """All who work here. A first name that two have is nobody's: then it is the whole name."""
    rows = connection.execute(_AGENTS).all()
    firsts = Counter(folded(_first(row.name)) for row in rows)
    return [
        Mentionable(
            row.id, row.name, _first(row.name) if firsts[folded(_first(row.name))] == 1 else ".".join(row.name.split())
        )
        for row in rows
    ]


def mentioned(text: str, agents: Sequence[Mentionable]) -> list[int]:
    """Whom a note calls, each once."""
    handles = {folded(agent.handle): agent.id for agent in agents}
    handles |= {folded(".".join(agent.name.split())): agent.id for agent in agents}
    found = (handles.get(folded(match[1].rstrip(".-’'"))) for match in _MENTION.finditer(text))
    return list(dict.fromkeys(one for one in found if one is not None))


def note_mentions(session: Session, ticket: Ticket, note: Message, by: Agent, *, at: datetime) -> None:
    """Whoever is called hears of it, and of what follows."""
    if "@" not in note.text:
        return
    ids = mentioned(note.text, list_mentionable(session.connection()))
    if not ids:
        return
    record(session, "mentioned", at=at, ticket_id=ticket.id, message_id=note.id, agent_id=by.id, agents=ids)
    for agent in session.scalars(_BY_ID, {"ids": ids}):
        follow(session, ticket, agent, at=at)


def _first(name: str) -> str:
    return name.split()[0] if name.strip() else "?"
