"""An intake: a raw thing as it came, and its fate."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base

MAX_ATTEMPTS = 3
WAITING = text("state = 'stored'")


class Intake(Base):
    """Kept before it is understood. State: stored, done, own (our own letter came back), quarantined."""

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uidvalidity", "uid"),
        Index("ix_intake_waiting", "state", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    path: Mapped[str]  # below the instance's raw folder
    state: Mapped[str] = mapped_column(default="stored")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=1)
    message_id: Mapped[str] = mapped_column(default="")  # the letter's own Message-ID
    received_at: Mapped[datetime]  # when the server got it
    kept_at: Mapped[datetime]  # when we did
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
