"""A contact: one way to reach a customer, with its proof."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class Contact(Base):
    """`value` is normalised: a lower-case mail address, a number in E.164, a chat's id."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    verified_at: Mapped[datetime | None]
    verified_how: Mapped[str | None]
    created_at: Mapped[datetime]
