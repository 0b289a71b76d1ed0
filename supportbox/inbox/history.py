"""What there was with a customer: all tickets on all channels, and what the customer thought of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from supportbox.inbox.folders import IS_SEEN, LIVE, T
from supportbox.inbox.message import Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.rating import Rating
from supportbox.inbox.ticket import Ticket

# One more tells whether there are more.
MOST = 10

M, R = Message.__table__.c, Rating.__table__.c
# A ticket is of the channel on which it began, also where it went on by another.
_CHANNEL = select(M.channel).where(M.ticket_id == T.id).order_by(M.id).limit(1).scalar_subquery()
_VERDICT = select(R.verdict).where(R.ticket_id == T.id).order_by(R.id.desc()).limit(1).scalar_subquery()
_HISTORY = (
    select(
        T.id, T.subject, T.status, T.created_at.label("at"), T.message_count,
        func.coalesce(_CHANNEL, "").label("channel"), _VERDICT.label("verdict"),
    )
    .select_from(Ticket.__table__)
    .where(
        T.customer_id == bindparam("customer"),
        LIVE,
        IS_SEEN,
    )
    .order_by(T.id.desc())
    .limit(bindparam("limit"))
)  # fmt: skip


def list_history(connection: Connection, customer: int, *, hidden: Sequence[int], limit: int = MOST) -> list[AnyRow]:
    """The customer's tickets, newest first, without those in hidden mailboxes."""
    return list(connection.execute(_HISTORY, {"customer": customer, "hidden": hidden, "limit": limit}))
