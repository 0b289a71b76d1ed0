"""What two customers becoming one changed, remembered so that it can be undone exactly."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class CustomerMerge(Base):
    """`moved` holds the numbers of the contacts and tickets that moved; `was` what the kept customer's columns said."""

    __tablename__ = "customer_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    was: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
