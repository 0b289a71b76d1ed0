"""A delivery: one outgoing message to one receiver, and how it fares."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base

# Minutes after the first, second, ... failed try; the last one repeats until GIVE_UP.
PAUSES = (1, 5, 15, 30, 60)
GIVE_UP = timedelta(hours=72)
WARN = timedelta(hours=4)
PENDING = text("state IN ('queued', 'sending')")
OUTSIDE = text("outside_id IS NOT NULL")
TALK = text("channel <> 'email'")


class Delivery(Base):
    """State: queued, sending, sent, failed, uncertain, cancelled; `phase`: how far a send had come when last seen."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at", sqlite_where=PENDING, postgresql_where=PENDING),
        Index("ix_delivery_ticket", "ticket_id", "id"),
        Index("ix_delivery_outside", "outside_id", sqlite_where=OUTSIDE, postgresql_where=OUTSIDE),
        Index("ix_delivery_talk", "receiver", "channel", "id", sqlite_where=TALK, postgresql_where=TALK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))  # none for the desk's own letters
    desk_letter_id: Mapped[int | None] = mapped_column(ForeignKey("desk_letter.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)  # none for automatic letters
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"))
    kind: Mapped[str] = mapped_column(default="reply")  # reply, acknowledgement; desk letters say their own
    channel: Mapped[str] = mapped_column(default="email")
    receiver: Mapped[str]
    receiver_name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="to")  # to, cc, bcc
    state: Mapped[str] = mapped_column(default="queued")
    phase: Mapped[str] = mapped_column(default="")  # "", before-data, data
    external_id: Mapped[str | None] = mapped_column(index=True)  # set at the first claim, the same for ever
    outside_id: Mapped[str | None]  # the other side's own id, where the channel gives one
    body_hash: Mapped[str] = mapped_column(default="")
    parts: Mapped[int] = mapped_column(default=0)  # of an answer in several messages: how many were taken
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]  # where the channel tells so
    read_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")

    def put_off(self, sentence: str, *, now: datetime) -> None:
        """Try again later, ever less often; give up after three days."""
        self.last_error, self.phase = sentence, ""
        if now - self.created_at >= GIVE_UP:
            self.state = "failed"
            return
        self.state = "queued"
        self.due_at = now + timedelta(minutes=PAUSES[min(self.attempts, len(PAUSES)) - 1])
