"""The audit: who did what to settings, people, mailboxes and data. Rows are added, never changed.

`note(session, kind, ...)` goes into the caller's transaction, so that what is rolled back was never noted. `kind` is a
noun and a past tense such as `agent_invited`; its sentence is in `supportbox/web/settings/audit_sentences.py`. `data`
are names and addresses for that sentence, never a secret and never what a customer wrote.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base, insert_row


class Audit(Base):
    """`agent_id` is who did it, none for a command on the server or for somebody unknown."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_kind", "kind", "id"), Index("ix_audit_agent", "agent_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    address: Mapped[str] = mapped_column(default="")  # where the request came from
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def note(session: Session, kind: str, *, agent_id: int | None, at: datetime, address: str = "", **data: Any) -> None:
    """Write down that somebody did something; `address` is the request's remote address."""
    insert_row(session, Audit, kind=kind, agent_id=agent_id, at=at, address=address[:64], data=data)
