"""What a customer may see of their request: their own words and our answers that have left; never notes or others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

MOST = 100

_TICKET = select(
    Ticket.id, Ticket.subject, Ticket.status, Ticket.customer_id, Ticket.created_at, Ticket.seen_at, Ticket.closed_at,
    Ticket.merged_into_id, Ticket.deleted_at, Ticket.mailbox_id, Ticket.link_epoch, Ticket.erased_at,
    Customer.language, Agent.name.label("assignee"),
).join(Customer, Customer.id == Ticket.customer_id).outerjoin(Agent, Agent.id == Ticket.assignee_id).where(
    Ticket.id == bindparam("ticket")
)  # fmt: skip
_HAS_LEFT = (
    select(Delivery.id)
    .where(
        Delivery.message_id == Message.id,
        or_(
            Delivery.state.in_(("sending", "sent", "failed", "uncertain")),
            and_(Delivery.state == "queued", Delivery.due_at <= bindparam("now")),
        ),
    )
    .correlate(Message)
)
_MESSAGES = (
    select(
        Message.id,
        Message.kind,
        Message.at,
        Message.sender_name,
        Message.text,
        Message.visible_text,
        Message.channel,
        Message.facts,
    )  # fmt: skip
    .outerjoin(Contact, Contact.id == Message.contact_id)
    .where(
        Message.ticket_id == bindparam("ticket"),
        Message.is_foreign.is_(False),
        or_(
            and_(
                Message.kind == "customer",
                Message.verdict.in_(("deliver", "spam")),
                Contact.customer_id == bindparam("customer"),
            ),
            and_(Message.kind == "agent", exists(_HAS_LEFT)),
        ),
    )
    .order_by(Message.id.desc())
    .limit(MOST)
)
_FILES = (
    select(Attachment.message_id, Attachment.token, Attachment.filename, Attachment.content_type, Attachment.size)
    .where(Attachment.message_id.in_(bindparam("messages", expanding=True)), Attachment.is_inline.is_(False))
    .order_by(Attachment.id)
)
_OTHERS = (
    select(Ticket.id, Ticket.subject, Ticket.status, Ticket.updated_at, Ticket.link_epoch)
    .where(
        Ticket.customer_id == bindparam("customer"),
        Ticket.id != bindparam("ticket"),
        Ticket.status != "spam",
        Ticket.deleted_at.is_(None),
        Ticket.erased_at.is_(None),
        Ticket.merged_into_id.is_(None),
    )
    .order_by(Ticket.id.desc())
    .limit(MOST)
)
_CONTACTS = (
    select(Contact.kind, Contact.value, Message.ticket_id)
    .outerjoin(Message, and_(Message.contact_id == Contact.id, Message.ticket_id == bindparam("ticket")))
    .where(Contact.customer_id == bindparam("customer"))
    .order_by(Message.id.is_(None), Message.id, Contact.kind != "email", Contact.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Request:
    """A ticket as its customer sees it."""

    id: int
    subject: str
    status: str
    customer_id: int
    created_at: datetime
    seen_at: datetime | None
    kind: str
    email: str
    mailbox_id: int | None
    closed_at: datetime | None = None
    language: str = ""
    assignee: str = ""
    epoch: int = 0

    @property
    def reference(self) -> str:
        return f"SB-{self.id}"


def find_request(connection: Connection, ticket_id: int) -> Request | None:
    """The request, or the one of the same customer that it was merged into; None when it was deleted."""
    row = connection.execute(_TICKET, {"ticket": ticket_id}).first()
    for _ in range(20):
        if row is None or row.merged_into_id is None:
            break
        merged = connection.execute(_TICKET, {"ticket": row.merged_into_id}).first()
        row = merged if merged and merged.customer_id == row.customer_id else None
    if row is None or row.deleted_at or row.erased_at:
        return None
    contact = connection.execute(_CONTACTS, {"ticket": row.id, "customer": row.customer_id}).first()
    return Request(
        id=row.id,
        subject=row.subject,
        status=row.status,
        customer_id=row.customer_id,
        created_at=row.created_at,
        seen_at=row.seen_at,
        kind=contact.kind if contact else "email",
        email=contact.value if contact else "",
        mailbox_id=row.mailbox_id,
        closed_at=row.closed_at,
        language=row.language,
        assignee=row.assignee or "",
        epoch=row.link_epoch,
    )


def find_epoch(connection: Connection, ticket_id: int) -> int | None:
    """How often the links to this ticket were ended; None where there is none."""
    row = connection.execute(_TICKET, {"ticket": ticket_id}).first()
    return row.link_epoch if row else None


def list_others(connection: Connection, asked: Request) -> list[Row[Any]]:
    """The same customer's other requests, the newest first."""
    return list(connection.execute(_OTHERS, {"customer": asked.customer_id, "ticket": asked.id}))


def messages_of(connection: Connection, asked: Request, *, now: datetime) -> list[Row[Any]]:
    """What was said, oldest first."""
    values = {"ticket": asked.id, "customer": asked.customer_id, "now": now}
    rows: list[Any] = list(connection.execute(_MESSAGES, values))
    return rows[::-1]


def is_safe_only(row: Row[Any]) -> bool:
    """Said in the safe place: whoever has only the link learns that something was said, and nothing of it."""
    return bool((getattr(row, "facts", None) or {}).get("safe"))  # calls in the list have none


def files_of(connection: Connection, message_ids: list[int]) -> list[Row[Any]]:
    """The files of these messages."""
    rows: list[Any] = list(connection.execute(_FILES, {"messages": message_ids}))
    return rows
