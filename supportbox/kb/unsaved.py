"""What an agent typed into an article and has not saved: kept for them alone until they save or throw it away."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base


class UnsavedText(Base):
    """The fields of the editor as they were typed. `article_id` is 0 for an article that is not stored yet."""

    __tablename__ = "unsaved_text"
    __table_args__ = (UniqueConstraint("agent_id", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    article_id: Mapped[int] = mapped_column(default=0, index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


def find_unsaved(session: Session, agent_id: int, article_id: int) -> UnsavedText | None:
    """What this agent left in this article's editor."""
    here = (UnsavedText.agent_id == agent_id, UnsavedText.article_id == article_id)
    return session.scalar(select(UnsavedText).where(*here).execution_options(populate_existing=True))


def keep_unsaved(session: Session, agent_id: int, article_id: int, fields: Mapping[str, str], *, now: datetime) -> None:
    """Keep it in place of what was kept before."""
    kept = find_unsaved(session, agent_id, article_id)
    if kept is None:
        kept = UnsavedText(agent_id=agent_id, article_id=article_id)
        session.add(kept)
    kept.fields, kept.at = dict(fields), now
    session.flush()


def drop_unsaved(session: Session, agent_id: int, article_id: int) -> None:
    """It is saved, or not wanted."""
    here = (UnsavedText.agent_id == agent_id, UnsavedText.article_id == article_id)
    session.execute(delete(UnsavedText).where(*here))
