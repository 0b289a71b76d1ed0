"""A team: agents who work in some mailboxes. A mailbox of no team is everybody's, one of a team is its people's."""

from sqlalchemy import Connection, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class TeamAgent(Base):
    __tablename__ = "team_agent"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)


class TeamMailbox(Base):
    __tablename__ = "team_mailbox"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), primary_key=True, index=True)


_MINE = select(TeamAgent.team_id).where(TeamAgent.agent_id == bindparam("agent"))
_HIDDEN = (
    select(TeamMailbox.mailbox_id)
    .where(
        TeamMailbox.mailbox_id.not_in(select(TeamMailbox.mailbox_id).where(TeamMailbox.team_id.in_(_MINE))),
    )
    .distinct()
)


def hidden_mailboxes(connection: Connection, agent_id: int, role: str) -> frozenset[int]:
    """The mailboxes whose tickets this agent may not know of. Owners and admins see all; most desks have none."""
    if role in ("owner", "admin"):
        return frozenset()
    return frozenset(connection.execute(_HIDDEN, {"agent": agent_id}).scalars())
