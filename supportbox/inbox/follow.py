"""Following: an agent hears of a ticket that is not theirs, until they no longer want to."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent


class Follower(Base):
    __tablename__ = "follower"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)
    since: Mapped[datetime]


def follow(session: Session, ticket: Ticket, agent: Agent, *, at: datetime) -> None:
    """Tell this agent what happens in the ticket. Nobody who is writing in it has to stop for that."""
    if session.get(Follower, (ticket.id, agent.id)) is None:
        session.add(Follower(ticket_id=ticket.id, agent_id=agent.id, since=at))
        record(session, "followed", at=at, ticket_id=ticket.id, agent_id=agent.id)
        session.flush()


def unfollow(session: Session, ticket: Ticket, agent: Agent, *, at: datetime) -> None:
    follower = session.get(Follower, (ticket.id, agent.id))
    if follower is not None:
        session.delete(follower)
        record(session, "unfollowed", at=at, ticket_id=ticket.id, agent_id=agent.id)
        session.flush()
