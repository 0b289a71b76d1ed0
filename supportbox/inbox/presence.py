"""Presence: which agents have a ticket before them now, and who of them is answering it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.people.agent import Agent

# A page tells of itself every ten seconds; one that did not for thrice as long is shut.
OVER = timedelta(seconds=30)
KINDS = ("viewing", "replying")


class Presence(Base):
    """`what`: viewing or replying. A row older than OVER means nothing any more."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)
    what: Mapped[str] = mapped_column(default="viewing")
    seen_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Present:
    """One agent at a ticket."""

    agent_id: int
    name: str
    what: str


_PRESENT = (
    select(Presence.ticket_id, Presence.agent_id, Agent.name, Presence.what)
    .join(Agent, Agent.id == Presence.agent_id)
    .where(Presence.ticket_id.in_(bindparam("tickets", expanding=True)), Presence.seen_at > bindparam("since"))
    .order_by(Presence.what, Agent.name)  # "replying" comes before "viewing"
)


# Of one ticket, as its own page asks: a list in a statement costs more than all the rest of it.
_AT_ONE = (
    select(Presence.agent_id, Agent.name, Presence.what)
    .join(Agent, Agent.id == Presence.agent_id)
    .where(Presence.ticket_id == bindparam("ticket"), Presence.seen_at > bindparam("since"))
    .order_by(Presence.what, Agent.name)
)


def present_at(connection: Connection, ticket_id: int, now: datetime) -> tuple[Present, ...]:
    """Who is at this ticket."""
    rows = connection.execute(_AT_ONE, {"ticket": ticket_id, "since": now - OVER})
    return tuple(Present(*row) for row in rows)


def mark(session: Session, ticket_id: int, agent_id: int, what: str, *, now: datetime) -> None:
    """This agent has the ticket before them. The ticket itself does not change by it."""
    what = what if what in KINDS else "viewing"
    here = session.get(Presence, (ticket_id, agent_id))
    if here is None:
        # Pages that were shut without a word leave a row each; they go when the same agent opens another.
        session.execute(delete(Presence).where(Presence.agent_id == agent_id, Presence.seen_at <= now - OVER))
        session.add(Presence(ticket_id=ticket_id, agent_id=agent_id, what=what, seen_at=now))
    else:
        here.what, here.seen_at = what, now
    session.flush()


def leave(session: Session, ticket_id: int, agent_id: int) -> None:
    """The page is shut."""
    session.execute(delete(Presence).where(Presence.ticket_id == ticket_id, Presence.agent_id == agent_id))


def present(connection: Connection, ticket_ids: Sequence[int], now: datetime) -> Mapping[int, tuple[Present, ...]]:
    """Who is at which of these tickets; tickets at which nobody is are left out."""
    found: dict[int, list[Present]] = defaultdict(list)
    if ticket_ids:
        for ticket, agent, name, what in connection.execute(
            _PRESENT, {"tickets": list(ticket_ids), "since": now - OVER}
        ):
            found[ticket].append(Present(agent, name, what))
    return {ticket: tuple(there) for ticket, there in found.items()}
