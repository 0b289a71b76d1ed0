"""Undo rows: what tickets were like before an agent changed many of them at once, so that it can be put right."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base

# An agent who comes back from lunch may still take it back; tomorrow nobody remembers what it was.
LASTS = timedelta(hours=4)


class Undo(Base):
    """`before` holds a ticket's values by its number; `said` tells what the change and its undoing came to."""

    __tablename__ = "undo"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str]
    before: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    used_at: Mapped[datetime | None]
