"""Sessions of agents: a row for each, so that a list can show them and that ending one works at once."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.people.agent import Agent
from supportbox.people.token import hash_token, make_token

LASTS = timedelta(days=30)
# How far behind `seen_at` may be: a page is no reason to write.
STALE = timedelta(minutes=5)


class AgentSession(Base):
    __tablename__ = "agent_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


def begin_session(session: Session, agent_id: int, *, address: str, user_agent: str, now: datetime) -> str:
    """A new session of this agent; returns the token that the browser keeps."""
    over = AgentSession.agent_id == agent_id, AgentSession.created_at <= now - LASTS
    session.execute(delete(AgentSession).where(*over))
    token = make_token()
    row = AgentSession(
        agent_id=agent_id,
        token_hash=hash_token(token),
        address=address[:64],
        user_agent=user_agent[:300],
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    session.execute(update(Agent).where(Agent.id == agent_id).values(seen_at=now))
    session.flush()
    return token


def end_session(session: Session, token: str) -> None:
    session.execute(delete(AgentSession).where(AgentSession.token_hash == (hash_token(token) or "")))


def end_sessions(session: Session, agent_id: int, *, but: int | None = None, only: int | None = None) -> None:
    """End all sessions of an agent: a new password, another role. Or all but one, or only one."""
    query = delete(AgentSession).where(AgentSession.agent_id == agent_id)
    if but is not None:
        query = query.where(AgentSession.id != but)
    if only is not None:
        query = query.where(AgentSession.id == only)
    session.execute(query)


def sessions_of(session: Session, agent_id: int, *, now: datetime) -> list[AgentSession]:
    """Those that go on, the one last seen first."""
    there = AgentSession.agent_id == agent_id, AgentSession.created_at > now - LASTS
    return list(session.scalars(select(AgentSession).where(*there).order_by(AgentSession.seen_at.desc())))


def note_seen(session: Session, session_id: int, agent_id: int, *, address: str, now: datetime) -> None:
    """The agent is here."""
    session.execute(update(AgentSession).where(AgentSession.id == session_id).values(seen_at=now, address=address[:64]))
    session.execute(update(Agent).where(Agent.id == agent_id).values(seen_at=now))
