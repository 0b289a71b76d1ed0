"""The lease: which worker may work on a database that several hosts can reach."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base


class Lease(Base):
    """One row a kind of work. Whoever stands in it may do it until then; nobody when `holder` is empty."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(default="")  # place/number: where, and which process there
    until: Mapped[datetime]
