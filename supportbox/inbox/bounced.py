"""Letters of ours that came back: which delivery they name, and what that does to it and to its address."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.matching import Match, follow
from supportbox.inbox.parcel import Incoming
from supportbox.inbox.suppression import MOST, count_bounce

# Only what has left can come back: a bounce that names something else is somebody's invention.
_HAS_LEFT = ("sent", "uncertain", "failed")


def named_delivery(session: Session, incoming: Incoming) -> Delivery | None:
    """The delivery that a bounce is about: by the signed address it came to, else by the id that it quotes."""
    if incoming.verdict != "bounce":
        return None
    number = incoming.clues.envelope_delivery
    if number is not None and (delivery := session.get(Delivery, number)):
        return delivery
    quoted = incoming.bounce.original_message_id if incoming.bounce else ""
    return session.scalar(select(Delivery).where(Delivery.external_id == quoted).limit(1)) if quoted else None


def filed(session: Session, delivery: Delivery) -> Match:
    """Where a bounce belongs: to the ticket of the letter that came back."""
    ticket = follow(session, delivery.ticket_id)
    if ticket is None:
        return Match(None, f"A new ticket: our letter to {delivery.receiver} came back, and its ticket is gone.")
    return Match(ticket, f"Filed here: it says that our letter to {delivery.receiver} was not delivered.")


def mark(session: Session, delivery: Delivery, incoming: Incoming, *, now: datetime) -> None:
    """A hard bounce: the delivery has failed. Where nobody else could have sent it, it counts against the address."""
    bounce = incoming.bounce
    if bounce is None or not bounce.permanent or delivery.state not in _HAS_LEFT:
        return
    note = partial(record, session, at=now, ticket_id=delivery.ticket_id, message_id=delivery.message_id)
    if delivery.state != "failed":
        delivery.state, delivery.phase = "failed", ""
        reason = delivery.last_error = bounce.diagnostic or bounce.status or "The other server refused it."
        note("delivery_failed", delivery=delivery.id, receiver=delivery.receiver, letter=delivery.kind, reason=reason)
    is_signed = incoming.clues.envelope_delivery == delivery.id
    if is_signed and count_bounce(session, delivery.id, delivery.receiver, now=now):
        note("address_suppressed", receiver=delivery.receiver, letters=MOST)
