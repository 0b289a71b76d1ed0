"""An event: one thing that happened, in the past tense; timeline, search, notices and figures read this table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base, insert_row


class Event(Base):
    """`agent_id` is who did it, none for a customer or the desk itself."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    article_id: Mapped[int | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Bookmark(Base):
    """How far one reader of the event table has come."""

    __tablename__ = "bookmark"

    reader: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(default=0)


def record(
    session: Session,
    kind: str,
    *,
    at: datetime,
    ticket_id: int | None = None,
    message_id: int | None = None,
    article_id: int | None = None,
    agent_id: int | None = None,
    **data: Any,
) -> None:
    """Write down that something happened. The rows that it names must be in the database already."""
    insert_row(
        session,
        Event,
        at=at,
        kind=kind,
        ticket_id=ticket_id,
        message_id=message_id,
        article_id=article_id,
        agent_id=agent_id,
        data=data,
    )
