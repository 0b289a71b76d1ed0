"""Two customers become one, and two again: contacts and tickets move, and what moved is remembered."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.event import record
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import LONGEST_CAUTION, LONGEST_NOTES, Customer, search_key
from supportbox.people.customer_merge import CustomerMerge

FILLED = ("name", "language", "company", "timezone", "preferred_channel")
JOINED = (*FILLED, "notes", "caution", "fields")


def merge_customers(
    session: Session, kept: Customer, merged: Customer, *, by: Agent | None, at: datetime
) -> CustomerMerge:
    """All that is `merged`'s becomes `kept`'s; the page of the merged one leads to the kept one from now on. Without
    an agent it was the customer's own proof that joined them."""
    if by:
        _check_may(by)
    if kept.id == merged.id:
        raise Refused("These two are one customer already.")
    if any(one.merged_into_id or one.erased_at for one in (kept, merged)):
        raise Conflict("One of them was merged or erased meanwhile. Look again.")
    session.flush()
    contacts = session.scalars(select(Contact.id).where(Contact.customer_id == merged.id)).all()
    tickets = session.scalars(select(Ticket.id).where(Ticket.customer_id == merged.id)).all()
    merge = CustomerMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        agent_id=by.id if by else None,
        at=at,
        moved={"contacts": list(contacts), "tickets": list(tickets)},
        was={column: getattr(kept, column) for column in JOINED},
    )
    session.add(merge)
    _fill(kept, merged)
    merge.moved = {**merge.moved, "now": {column: getattr(kept, column) for column in JOINED}}
    merged.merged_into_id = kept.id
    session.execute(update(Contact).where(Contact.customer_id == merged.id).values(customer_id=kept.id))
    session.execute(update(Ticket).where(Ticket.customer_id == merged.id).values(customer_id=kept.id))
    session.flush()
    session.expire_all()
    _tell(session, kept.id, "customer_merged", by, at, name=merged.name)
    return merge


def undo_merge(session: Session, merge: CustomerMerge, *, by: Agent, at: datetime) -> Customer:
    """Take it apart again: what moved goes back, with the tickets that its contacts opened since."""
    _check_may(by)
    kept, merged = session.get_one(Customer, merge.kept_id), session.get_one(Customer, merge.merged_id)
    if merge.undone_at:
        raise Conflict("This was undone already.")
    if kept.erased_at or kept.merged_into_id or merged.merged_into_id != kept.id:
        raise Conflict("One of them was merged or erased meanwhile. Look again.")
    session.flush()
    contacts, tickets = merge.moved["contacts"], merge.moved["tickets"]
    _tell(session, kept.id, "customer_unmerged", by, at, name=merged.name)
    since = _opened_since(session, kept.id, contacts, merge.at)
    _move_back(session, Contact, contacts, kept.id, merged.id)
    _move_back(session, Ticket, [*tickets, *since], kept.id, merged.id)
    session.expire_all()
    for column, value in merge.was.items():
        # What somebody wrote since then stays.
        if getattr(kept, column) == merge.moved["now"][column]:
            setattr(kept, column, value)
    kept.search_key = search_key(kept.name, kept.company)
    merged.merged_into_id, merge.undone_at = None, at
    session.flush()
    return merged


def newest_merge(session: Session, customer_id: int) -> CustomerMerge | None:
    """The last merge into this customer that can be undone."""
    query = select(CustomerMerge).where(CustomerMerge.kept_id == customer_id, CustomerMerge.undone_at.is_(None))
    return session.scalar(query.order_by(CustomerMerge.id.desc()).limit(1))


def is_contact_used(session: Session, contact_id: int) -> bool:
    """Whether any message came from there, or any ticket counts it among its people."""
    wrote = select(Message.id).where(Message.contact_id == contact_id).limit(1)
    takes_part = select(Participant.ticket_id).where(Participant.contact_id == contact_id).limit(1)
    return session.scalar(wrote) is not None or session.scalar(takes_part) is not None


def _fill(kept: Customer, merged: Customer) -> None:
    for column in FILLED:
        setattr(kept, column, getattr(kept, column) or getattr(merged, column))
    kept.notes = "\n".join(part for part in (kept.notes, merged.notes) if part)[:LONGEST_NOTES]
    cautions = dict.fromkeys(part for part in (kept.caution, merged.caution) if part)
    kept.caution = " · ".join(cautions)[:LONGEST_CAUTION]
    kept.fields = {**merged.fields, **kept.fields}
    kept.search_key = search_key(kept.name, kept.company)


def _move_back(session: Session, model: type[Contact] | type[Ticket], ids: list[int], kept: int, merged: int) -> None:
    session.execute(update(model).where(model.id.in_(ids), model.customer_id == kept).values(customer_id=merged))


def _opened_since(session: Session, kept_id: int, contacts: list[int], at: datetime) -> list[int]:
    first = select(func.min(Message.id)).where(Message.ticket_id == Ticket.id).correlate(Ticket).scalar_subquery()
    query = select(Ticket.id).join(Message, Message.id == first)
    query = query.where(Ticket.customer_id == kept_id, Ticket.created_at >= at, Message.contact_id.in_(contacts))
    return list(session.scalars(query))


def _tell(session: Session, customer_id: int, kind: str, by: Agent | None, at: datetime, **data: Any) -> None:
    # On every ticket: whoever reads one should know, and search finds it by the other's contacts from now on.
    for number in session.scalars(select(Ticket.id).where(Ticket.customer_id == customer_id)).all():
        record(session, kind, at=at, ticket_id=number, agent_id=by.id if by else None, **data)


def _check_may(agent: Agent) -> None:
    if not agent.can_reply:
        raise Forbidden("Light agents cannot merge customers.")
