"""What the other side tells of a message of ours: that it arrived, was read, or will not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record

News = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class Told:
    """One word about one delivery, named by our number where the other side gives it back, else by its own id."""

    news: News
    at: datetime
    mailbox_id: int
    outside_id: str = ""
    delivery_id: int | None = None
    reason: str = ""  # why it failed, for people
    receiver: str = ""  # all that had left for this one by `at`, where no single message is named
    part: int = 0  # which message of an answer in several, where it is not the last one


def note(session: Session, told: Told, *, now: datetime) -> str:
    """Write it down at the delivery; returns one sentence. Words may come twice, late, or in the wrong order."""
    if told.receiver:
        return _note_all(session, told)
    delivery = _find(session, told)
    if delivery is None:
        return "It tells of no message of ours."
    if not told.part:
        delivery.outside_id = delivery.outside_id or told.outside_id or None
    if told.news == "failed":
        return _fail(session, delivery, told, now=now)
    if told.part:
        return _go_on(session, delivery, told.part, now=now)
    if delivery.state in ("sending", "uncertain", "failed"):
        delivery.state, delivery.phase, delivery.last_error = "sent", "", ""
    delivery.sent_at = delivery.sent_at or told.at
    if told.news != "sent":
        delivery.delivered_at = delivery.delivered_at or told.at
    if told.news == "read":
        delivery.read_at = delivery.read_at or told.at
    session.flush()
    return f"Our message was {told.news}."


def _note_all(session: Session, told: Told) -> str:
    """Up to a mark: what was claimed before it had left before it, whatever the two clocks say of the sending."""
    to_them = (Delivery.receiver == told.receiver, Delivery.mailbox_id == told.mailbox_id, Delivery.channel != "email")
    left = (Delivery.state == "sent", Delivery.claimed_at <= told.at)
    for delivery in session.scalars(select(Delivery).where(*to_them, *left).order_by(Delivery.id.desc()).limit(50)):
        delivery.delivered_at = delivery.delivered_at or told.at
        if told.news == "read":
            delivery.read_at = delivery.read_at or told.at
    session.flush()
    return f"What had left until then was {told.news}."


def _go_on(session: Session, delivery: Delivery, part: int, *, now: datetime) -> str:
    """A message of several arrived, of which nobody knew: those behind it can leave now."""
    if (delivery.state, delivery.parts) == ("uncertain", part - 1):
        delivery.state, delivery.phase, delivery.last_error = "queued", "", ""
        delivery.parts, delivery.due_at = part, now
        session.flush()
    return "A part of our message has arrived."


def _fail(session: Session, delivery: Delivery, told: Told, *, now: datetime) -> str:
    if told.part:
        delivery.parts = min(delivery.parts, told.part - 1)  # sent again by an agent, it begins there
    if delivery.delivered_at or delivery.state in ("failed", "cancelled"):
        return "It was settled before."
    delivery.state, delivery.phase, delivery.last_error = "failed", "", told.reason
    record(
        session,
        "delivery_failed",
        at=now,
        ticket_id=delivery.ticket_id,
        message_id=delivery.message_id,
        delivery=delivery.id,
        receiver=delivery.receiver,
        letter=delivery.kind,
        reason=told.reason,
    )
    session.flush()
    return "Our message will not arrive."


def _find(session: Session, told: Told) -> Delivery | None:
    if told.delivery_id is not None:
        delivery = session.get(Delivery, told.delivery_id, populate_existing=True)
        if delivery and delivery.mailbox_id == told.mailbox_id:
            return delivery
    if not told.outside_id:
        return None
    named = (Delivery.outside_id == told.outside_id, Delivery.mailbox_id == told.mailbox_id)
    return session.scalar(select(Delivery).where(*named).limit(1))
