"""Talks: on messengers nobody quotes a reference; whoever writes again goes on where they and we last wrote."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.continuation import Continuation
from supportbox.inbox.delivery import TALK as SENT_BY_TALK
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import TALK, Message
from supportbox.inbox.parcel import Incoming
from supportbox.people.find import Known

# A closed talk opens again for a thank-you and a second thought; after that it is a new matter.
STAYS_OPEN = timedelta(days=7)
# Numbers are given to new owners: after so long a silence nobody goes on with what was said there.
FORGOTTEN = timedelta(days=180)


class Last(NamedTuple):
    """The last message between a contact and us."""

    ticket_id: int
    at: datetime


def find_last(session: Session, incoming: Incoming, contact: Known) -> Last | None:
    """Where this contact and we last wrote to each other on this channel."""
    found = _theirs(session, contact), _ours(session, incoming), _came(session, contact)
    lasts = [last for last in found if last]
    return max(lasts, key=lambda one: one.at) if lasts else None


def _theirs(session: Session, contact: Known) -> Last | None:
    # The words of the partial index (`TALK`), so that a busy customer's letters are not read through.
    query = select(Message.ticket_id, Message.at).where(TALK, Message.contact_id == contact.contact_id)
    row = session.execute(query.order_by(Message.id.desc()).limit(1)).first()
    return Last(*row) if row else None


def _ours(session: Session, incoming: Incoming) -> Last | None:
    query = select(Delivery.ticket_id, Delivery.created_at).where(
        SENT_BY_TALK,
        Delivery.channel == incoming.channel,
        Delivery.receiver == incoming.sender.value,
        Delivery.mailbox_id == incoming.mailbox_id,
        Delivery.state != "cancelled",
        Delivery.ticket_id.is_not(None),
    )
    row = session.execute(query.order_by(Delivery.id.desc()).limit(1)).first()
    return Last(row.ticket_id, row.created_at) if row and row.ticket_id else None


def _came(session: Session, contact: Known) -> Last | None:
    """The ticket to which a link brought them here; the first words may come later."""
    query = select(Continuation.ticket_id, Continuation.used_at).where(Continuation.used_by == contact.contact_id)
    row = session.execute(query.order_by(Continuation.used_at.desc()).limit(1)).first()
    return Last(row.ticket_id, row.used_at) if row and row.used_at else None
