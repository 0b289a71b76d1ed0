"""A customer: who writes to us, whatever the channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class Customer(Base):
    """One person. Merged customers point to the one that they became."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="", index=True)
    timezone: Mapped[str] = mapped_column(default="")
    preferred_channel: Mapped[str] = mapped_column(default="")  # none: where they wrote last
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the business wants to know besides
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    erased_at: Mapped[datetime | None]  # their words are gone; the row stays for the figures
