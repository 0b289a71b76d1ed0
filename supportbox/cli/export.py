"""Tickets as plain values for `ticket export`: in batches, so that memory stays flat however many there are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.reference import Reference
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

BATCH = 200
# From the worst to the best: what a message's delivery is when its receivers fare differently.
WORST = ("failed", "uncertain", "sending", "queued", "sent")

_TICKETS = (
    select(
        Ticket.id,
        Ticket.subject,
        Ticket.status,
        Ticket.created_at,
        Ticket.customer_id,
        Agent.email.label("assignee"),
        Customer.name.label("customer"),
    )
    .outerjoin(Agent, Agent.id == Ticket.assignee_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Ticket.deleted_at.is_(None))
    .order_by(Ticket.id)
)
_NEXT = _TICKETS.where(Ticket.id > bindparam("after")).limit(BATCH)
_ONE = _TICKETS.where(Ticket.id == bindparam("number"))
_MESSAGES = (
    select(
        Message.id,
        Message.ticket_id,
        Message.kind,
        Message.channel,
        Message.sender_value,
        Message.external_id,
        Message.at,
        Message.text,
        Message.visible_text,
    )
    .where(Message.ticket_id.in_(bindparam("numbers", expanding=True)))
    .order_by(Message.ticket_id, Message.id)
)
_TAGS = (
    select(TicketTag.ticket_id, Tag.name)
    .join(Tag, Tag.id == TicketTag.tag_id)
    .where(TicketTag.ticket_id.in_(bindparam("numbers", expanding=True)))
    .order_by(Tag.name)
)
_CONTACTS = (
    select(Contact.customer_id, Contact.kind, Contact.value, Contact.verified_at)
    .where(Contact.customer_id.in_(bindparam("numbers", expanding=True)))
    .order_by(Contact.id)
)
_FILES = (
    select(Attachment.message_id, Attachment.filename, Attachment.size)
    .where(Attachment.message_id.in_(bindparam("numbers", expanding=True)))
    .order_by(Attachment.id)
)
_DELIVERIES = select(Delivery.message_id, Delivery.state, Delivery.external_id).where(
    Delivery.message_id.in_(bindparam("numbers", expanding=True))
)


def export_tickets(session: Session) -> Iterator[dict[str, Any]]:
    """Every ticket of every status, by number."""
    after = 0
    while batch := session.execute(_NEXT, {"after": after}).all():
        yield from _complete(session, batch)
        after = batch[-1].id


def export_one(session: Session, number: int) -> dict[str, Any]:
    """One ticket in the same form."""
    return next(_complete(session, session.execute(_ONE, {"number": number}).all()))


def _complete(session: Session, tickets: Sequence[AnyRow]) -> Iterator[dict[str, Any]]:
    numbers = [ticket.id for ticket in tickets]
    tags = _grouped(session, _TAGS, numbers)
    contacts = _grouped(session, _CONTACTS, list({ticket.customer_id for ticket in tickets}))
    rows = session.execute(_MESSAGES, {"numbers": numbers}).all()
    ids = [row.id for row in rows]
    files, deliveries = _grouped(session, _FILES, ids), _grouped(session, _DELIVERIES, ids)
    messages: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        messages[row.ticket_id].append(_message(row, files.get(row.id, ()), deliveries.get(row.id, ())))
    for ticket in tickets:
        yield {
            "reference": str(Reference(ticket.id)),
            "subject": ticket.subject,
            "status": ticket.status,
            "assignee": ticket.assignee,
            "tags": [tag.name for tag in tags.get(ticket.id, ())],
            "created_at": ticket.created_at.isoformat(),
            "customer": {
                "name": ticket.customer,
                "contacts": [
                    {"kind": one.kind, "value": one.value, "verified": one.verified_at is not None}
                    for one in contacts.get(ticket.customer_id, ())
                ],
            },
            "messages": messages.get(ticket.id, []),
        }


def _message(row: AnyRow, files: Sequence[AnyRow], deliveries: Sequence[AnyRow]) -> dict[str, Any]:
    states = {delivery.state for delivery in deliveries}
    sent_as = next((delivery.external_id for delivery in deliveries if delivery.external_id), None)
    return {
        "id": row.id,
        "kind": row.kind,
        "channel": row.channel,
        "from": row.sender_value,
        "message_id": row.external_id or sent_as,
        "at": row.at.isoformat(),
        "text": row.text,
        "visible_text": row.visible_text or row.text,
        "attachments": [{"filename": file.filename, "size": file.size} for file in files],
        "delivery": next((state for state in WORST if state in states), None),
    }


def _grouped(session: Session, query: AnySelect, numbers: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Rows by their first column. Asked for in slices, as databases limit how many values one question may name."""
    groups: dict[int, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(numbers), 1000):
        for row in session.execute(query, {"numbers": numbers[start : start + 1000]}):
            groups[row[0]].append(row)
    return groups
