"""Saved views: searches with a name, an agent's own or everybody's."""

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.people.agent import Agent

LONGEST_NAME = 60
LONGEST_QUERY = 500
MOST = 50


class SavedView(Base):
    """`agent_id` is whose it is, none for a view that everybody sees."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    query: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)


# Everybody's first, then one's own.
ORDER = (SavedView.agent_id.is_not(None), SavedView.position, SavedView.id)


def get_view(session: Session, number: int, by: Agent) -> SavedView:
    """A view that this agent sees; somebody else's own is as if it were not there."""
    found = session.get(SavedView, number)
    if found is None or found.agent_id not in (None, by.id):
        raise NotFound("There is no such view.")
    return found


def save_view(session: Session, name: str, query: str, *, is_shared: bool, by: Agent) -> SavedView:
    """Keep a search under a name."""
    query = " ".join(query.split())
    if not query or len(query) > LONGEST_QUERY:
        raise Refused("A view is a search of at most 500 characters.")
    _may_share(is_shared, by)
    owner = None if is_shared else by.id
    last, number = session.execute(
        select(func.max(SavedView.position), func.count()).where(SavedView.agent_id.is_not_distinct_from(owner))
    ).one()
    if number >= MOST:
        raise Refused("There can be at most 50 views. Delete one first.")
    view = SavedView(name=_named(name), query=query, agent_id=owner, position=(last or 0) + 1)
    session.add(view)
    session.flush()
    return view


def change_view(session: Session, view: SavedView, *, name: str, query: str, is_shared: bool, by: Agent) -> None:
    """Another name, another search, or other people who see it."""
    _may_share(view.agent_id is None or is_shared, by)
    query = " ".join(query.split())
    if not query or len(query) > LONGEST_QUERY:
        raise Refused("A view is a search of at most 500 characters.")
    view.name, view.query, view.agent_id = _named(name), query, None if is_shared else by.id
    session.flush()


def delete_view(session: Session, view: SavedView, *, by: Agent) -> None:
    _may_share(view.agent_id is None, by)
    session.delete(view)
    session.flush()


def _may_share(is_shared: bool, by: Agent) -> None:
    if is_shared and not by.can_manage:
        raise Forbidden("Only owners and admins can change what everybody sees.")


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("Give the view a name of at most 60 characters.")
    return name
