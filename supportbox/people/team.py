"""A team: agents who work in some mailboxes. A mailbox of no team is everybody's, one of a team is its people's."""

from collections.abc import Collection

from sqlalchemy import Connection, ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Conflict, Refused


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


def make_team(session: Session, name: str) -> Team:
    """A team of nobody, for no mailbox yet."""
    team = Team(name=_checked(session, name, None))
    session.add(team)
    session.flush()
    return team


def change_team(
    session: Session, team: Team, name: str, *, agents: Collection[int], mailboxes: Collection[int]
) -> None:
    """Name the team, and say who is in it and which mailboxes are its own."""
    team.name = _checked(session, name, team.id)
    for link, ids, model in ((TeamAgent, agents, "agent_id"), (TeamMailbox, mailboxes, "mailbox_id")):
        session.execute(delete(link).where(link.team_id == team.id))
        session.add_all(link(team_id=team.id, **{model: number}) for number in sorted(set(ids)))
    session.flush()


def delete_team(session: Session, team: Team) -> None:
    """Its mailboxes are everybody's again, unless another team has them too."""
    for link in (TeamAgent, TeamMailbox):
        session.execute(delete(link).where(link.team_id == team.id))
    session.delete(team)
    session.flush()


def _checked(session: Session, name: str, own: int | None) -> str:
    name = " ".join(name.split())[:60]
    if not name:
        raise Refused("A team needs a name.")
    if session.scalar(select(Team.id).where(Team.name == name, Team.id != (own or 0))):
        raise Conflict("There is a team of this name already.")
    return name
