"""A way to a new password: a link, good once and for an hour, for whoever reads the agent's mail."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import NotFound
from supportbox.people.agent import Agent
from supportbox.people.agent_session import end_sessions
from supportbox.people.password import hash_password
from supportbox.people.token import hash_token, make_token

LASTS = timedelta(hours=1)


class PasswordReset(Base):
    """At most one an agent: asking again makes the link before worthless."""

    __tablename__ = "password_reset"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


def offer_reset(session: Session, agent: Agent, *, now: datetime) -> str:
    """A link for this agent; returns its token, which is kept nowhere."""
    token = make_token()
    row = PasswordReset(agent_id=agent.id, token_hash=hash_token(token), expires_at=now + LASTS)
    session.merge(row)
    session.flush()
    return token


def find_reset(session: Session, token: str, *, now: datetime) -> Agent | None:
    """Whose link this is, while it is good."""
    hashed = hash_token(token)
    if hashed is None:
        return None
    good = PasswordReset.token_hash == hashed, PasswordReset.expires_at > now, Agent.is_active.is_(True)
    return session.scalar(select(Agent).join(PasswordReset, PasswordReset.agent_id == Agent.id).where(*good))


def reset_password(session: Session, token: str, password: str, *, now: datetime) -> Agent:
    """Set a new password; the link is used up and every session of the agent ends."""
    agent = find_reset(session, token, now=now)
    if agent is None:
        raise NotFound("This link is over or was used already. Ask for a new one.")
    set_password(session, agent, password)
    return agent


def set_password(session: Session, agent: Agent, password: str) -> None:
    """A new password: who had the old one is out, wherever they are, and so is every link to a new one."""
    agent.password_hash = hash_password(password, about=(agent.name, agent.email))
    session.execute(delete(PasswordReset).where(PasswordReset.agent_id == agent.id))
    end_sessions(session, agent.id)
    session.flush()
