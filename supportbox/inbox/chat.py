"""A chat as the inbox sees it: what a visitor may read, what they have got, and words that go on by mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.inbox.continuation import Continuation
from supportbox.inbox.delivery import TALK as SENT_BY_TALK
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import TALK, Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.visitor import Known

KIND = "chat"
# Whoever has not fetched an answer for so long has left: it goes to them by mail.
GONE = timedelta(minutes=2)
MOST = 100
NEWEST = 2**62

_LAST = (
    select(Message.ticket_id, Message.id)
    .where(TALK, Message.contact_id == bindparam("contact"))
    .order_by(Message.id.desc())
    .limit(1)
)
_CAME = (
    select(Continuation.ticket_id)
    .where(Continuation.used_by == bindparam("contact"))
    .order_by(Continuation.used_at.desc())
    .limit(1)
)
_TICKET = select(Ticket.id, Ticket.status, Ticket.merged_into_id, Ticket.deleted_at, Ticket.customer_id).where(
    Ticket.id == bindparam("ticket")
)
_COLUMNS = select(
    Message.id, Message.kind, Message.at, Message.sender_name, Message.agent_id, Message.text, Message.facts,
    Message.channel, Message.external_id,
)  # fmt: skip
_IN_ORDER = (
    _COLUMNS.where(
        Message.ticket_id == bindparam("ticket"),
        Message.id > bindparam("after"),
        Message.id <= bindparam("until"),
        Message.is_foreign.is_(False),
    )
    .order_by(Message.id.desc())
    .limit(MOST)
)
_OWN = _IN_ORDER.where(Message.kind.in_(("customer", "agent")), Message.contact_id == bindparam("contact"))
_HAS_LEFT = (
    select(Delivery.id)
    .where(Delivery.message_id == Message.id, Delivery.state.in_(("sending", "sent", "failed", "uncertain")))
    .correlate(Message)
)
# Once it is known who they are, the whole request is theirs to read, on whatever channels it went.
_WHOLE = _IN_ORDER.outerjoin(Contact, Contact.id == Message.contact_id).where(
    or_(
        and_(Message.kind == "agent", or_(Message.channel == KIND, exists(_HAS_LEFT))),
        and_(Message.kind == "customer", Contact.customer_id == bindparam("customer")),
    )
)
_WAITING = select(Delivery.id).where(
    SENT_BY_TALK,
    Delivery.receiver == bindparam("value"),
    Delivery.channel == KIND,
    Delivery.state == "queued",
    Delivery.message_id <= bindparam("seen"),
)


def find_chat(connection: Connection, visitor: Known) -> AnyRow | None:
    """The ticket in which they and we last wrote to each other, or the one that it became."""
    last = connection.execute(_LAST, {"contact": visitor.contact_id}).first() if visitor.contact_id else None
    number = last.ticket_id if last else _came_to(connection, visitor)
    for _ in range(20):
        row = connection.execute(_TICKET, {"ticket": number}).first() if number else None
        if row is None or row.deleted_at:
            return None
        if row.merged_into_id is None:
            return row
        number = row.merged_into_id
    return None


def _came_to(connection: Connection, visitor: Known) -> int | None:
    """Where a "continue here" link brought them, before they have said anything here."""
    return connection.scalar(_CAME, {"contact": visitor.contact_id}) if visitor.contact_id else None


def list_chat(
    connection: Connection, visitor: Known, ticket: AnyRow, *, after: int = 0, until: int = NEWEST
) -> Sequence[AnyRow]:
    """What they may read of it, oldest first: their own words and ours to them, and more once they are proven."""
    is_whole = visitor.confirmed_at is not None and ticket.customer_id == visitor.customer_id
    values = {"contact": visitor.contact_id, "customer": visitor.customer_id, "after": after, "until": until}
    return connection.execute(_WHOLE if is_whole else _OWN, {"ticket": ticket.id, **values}).all()[::-1]


def find_unfetched(connection: Connection, visitor: Known, *, seen: int) -> Sequence[int]:
    """The deliveries of words that they have on their screen now and that nobody noted yet."""
    if not visitor.value or not seen:
        return ()
    return connection.scalars(_WAITING, {"value": visitor.value, "seen": seen}).all()


def note_fetched(session: Session, numbers: Sequence[int], *, now: datetime) -> None:
    """These words arrived; what the worker sends by mail already stays as it is."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(numbers), Delivery.state == "queued", Delivery.channel == KIND)
        .values(state="sent", sent_at=now, delivered_at=now, read_at=now)
    )


def add_machine_words(
    session: Session, ticket_id: int, contact_id: int, text: str, *, name: str, articles: Sequence[int], now: datetime
) -> int:
    """What the machine says, as a message of nobody's: the ticket still waits for a person."""
    ticket = session.get_one(Ticket, ticket_id, populate_existing=True)
    message_id = insert_row(
        session,
        Message,
        ticket_id=ticket_id,
        kind="agent",
        channel=KIND,
        at=now,
        mailbox_id=ticket.mailbox_id,
        contact_id=contact_id,
        sender_name=name,
        text=text,
        facts={"bot": True, "articles": list(articles)},
    )
    ticket.message_count += 1
    session.flush()
    record(session, "machine_answered", at=now, ticket_id=ticket_id, message_id=message_id, articles=list(articles))
    return message_id


def find_mailbox(session: Session) -> Mailbox | None:
    """The one mailbox that is the widget, on or off."""
    return session.scalar(select(Mailbox).where(Mailbox.channel == KIND).order_by(Mailbox.id).limit(1))


_REQUESTS = (
    select(Ticket.id, Ticket.subject, Ticket.status, Ticket.link_epoch)
    .where(
        Ticket.customer_id == bindparam("customer"),
        Ticket.status != "spam",
        Ticket.deleted_at.is_(None),
        Ticket.erased_at.is_(None),
        Ticket.merged_into_id.is_(None),
    )
    .order_by(Ticket.status == "closed", Ticket.id.desc())
    .limit(20)
)


def list_requests(connection: Connection, customer_id: int) -> Sequence[AnyRow]:
    """The requests of a customer who is proven, the open ones first."""
    return connection.execute(_REQUESTS, {"customer": customer_id}).all()
