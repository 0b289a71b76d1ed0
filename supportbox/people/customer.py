"""A customer: who writes to us, whatever the channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base
from supportbox.people.folding import fold

LONGEST_NOTES, LONGEST_CAUTION = 5000, 200


def search_key(name: str, company: str) -> str:
    """What a customer is found by besides their contacts: name and company without case and accents."""
    return fold(f"{name} {company}")


def _key_of_new(context: DefaultExecutionContext) -> str:
    given: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return search_key(given.get("name") or "", given.get("company") or "")


class Customer(Base):
    """One person. Merged customers point to the one that they became."""

    __tablename__ = "customer"
    # With both columns the list of customers is searched without reading the customers themselves.
    __table_args__ = (Index("ix_customer_search", "search_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    caution: Mapped[str] = mapped_column(default="")  # what nobody may do, shown before anybody answers
    company: Mapped[str] = mapped_column(default="", index=True)
    search_key: Mapped[str] = mapped_column(default=_key_of_new)
    timezone: Mapped[str] = mapped_column(default="")
    preferred_channel: Mapped[str] = mapped_column(default="")  # none: where they wrote last
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the business wants to know besides
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    erased_at: Mapped[datetime | None]  # their words are gone; the row stays for the figures
