"""Merging: two tickets become one, the old number leads on, and it can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.follow import Follower
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact

# What a merge may change of the ticket that stays, besides what is counted or listed.
STATE = ("status", "assignee_id", "preview", "customer_at", "waiting_since", "closed_at", "snoozed_until")
MOST = 400  # numbers that one statement may name


class Merge(Base):
    """One merge that was not undone: what came into the other ticket by it, so that it can go back."""

    __tablename__ = "merge"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    moved: Mapped[list[int]] = mapped_column(JSON, default=list)  # messages
    hidden: Mapped[list[int]] = mapped_column(JSON, default=list)  # of these, the ones that became foreign by it
    tags: Mapped[list[int]] = mapped_column(JSON, default=list)
    contacts: Mapped[list[int]] = mapped_column(JSON, default=list)  # who became participants
    followers: Mapped[list[int]] = mapped_column(JSON, default=list)
    state: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # a change each: before, after


def merge(session: Session, ticket: Ticket, into: Ticket, *, by: Agent, at: datetime) -> None:
    """Move all of `ticket` into `into`. Of two customers neither learns anything of the other: what was said in the
    ticket stays out of the other customer's page, and whoever wrote in it gets no answers before an agent says so."""
    _check(ticket, into, by)
    done = Merge(ticket_id=ticket.id, into_id=into.id, at=at, agent_id=by.id, hidden=[])
    before = {name: getattr(into, name) for name in STATE}
    done.moved = list(session.scalars(select(Message.id).where(Message.ticket_id == ticket.id).order_by(Message.id)))
    if is_foreign := ticket.customer_id != into.customer_id:
        own = select(Message.id).where(Message.ticket_id == ticket.id, Message.is_foreign.is_(False))
        done.hidden = list(session.scalars(own))
    move_messages(session, done.moved, into.id, with_deliveries=not is_foreign)
    set_foreign(session, done.hidden, foreign=True)
    done.tags = _add_tags(session, ticket, into)
    done.contacts = _add_contacts(session, ticket, into, done.moved)
    done.followers = _add_followers(session, ticket, into)
    _join_state(ticket, into, at)
    into.message_count += len(done.moved)
    done.state = {
        name: [_plain(before[name]), _plain(getattr(into, name))]
        for name in STATE
        if before[name] != getattr(into, name)
    }
    session.add(done)
    ticket.merged_into_id = into.id
    record(session, "merged", at=at, ticket_id=ticket.id, agent_id=by.id, into=into.id)
    record(session, "merged_in", at=at, ticket_id=into.id, agent_id=by.id, ticket=ticket.id, messages=len(done.moved))
    ticket.touch(at)
    into.touch(at)
    session.flush()


def unmerge(session: Session, ticket: Ticket, *, by: Agent, at: datetime) -> None:
    """Undo a merge: what came from the ticket goes back to it, what came later stays. What somebody changed since in
    the other ticket stays changed."""
    done = session.get(Merge, ticket.id)
    if ticket.merged_into_id is None or done is None:
        raise Conflict("This ticket is not merged into another one any more.")
    _check_may(by)
    into = last_of(session, ticket)
    # Some may have been split off or deleted since: only what is still there goes back.
    moved = _still_in(session, done.moved, into.id)
    move_messages(session, moved, ticket.id, with_deliveries=True)
    set_foreign(session, [number for number in done.hidden if number in set(moved)], foreign=False)
    _take_out(session, session.get_one(Ticket, done.into_id), done)
    ticket.merged_into_id = None
    for one in (ticket, into):
        one.message_count = count_messages(session, one.id)
    session.delete(done)
    record(session, "unmerged", at=at, ticket_id=ticket.id, agent_id=by.id, into=into.id)
    record(session, "merged_out", at=at, ticket_id=into.id, agent_id=by.id, ticket=ticket.id)
    ticket.touch(at)
    into.touch(at)
    session.flush()


def last_of(session: Session, ticket: Ticket) -> Ticket:
    """The ticket at the end of its merges: itself, where it was not merged."""
    seen = {ticket.id}
    while ticket.merged_into_id and ticket.merged_into_id not in seen:
        seen.add(ticket.merged_into_id)
        ticket = session.get_one(Ticket, ticket.merged_into_id)
    return ticket


def move_messages(session: Session, messages: list[int], ticket_id: int, *, with_deliveries: bool) -> None:
    """Put messages into another ticket. Letters that are yet to leave are written for the ticket of their delivery,
    so that those for another customer stay where they were."""
    for part in _parts(messages):
        session.execute(update(Message).where(Message.id.in_(part)).values(ticket_id=ticket_id))
        if with_deliveries:
            session.execute(update(Delivery).where(Delivery.message_id.in_(part)).values(ticket_id=ticket_id))


def count_messages(session: Session, ticket_id: int) -> int:
    return session.scalar(select(func.count()).where(Message.ticket_id == ticket_id)) or 0


def set_foreign(session: Session, messages: list[int], *, foreign: bool) -> None:
    for part in _parts(messages):
        session.execute(update(Message).where(Message.id.in_(part)).values(is_foreign=foreign))


def _check(ticket: Ticket, into: Ticket, by: Agent) -> None:
    _check_may(by)
    if ticket.id == into.id:
        raise Refused("A ticket cannot be merged with itself. Name another one.")
    if ticket.merged_into_id or into.merged_into_id:
        raise Conflict("One of these tickets was merged already. Look at it again.")
    if ticket.deleted_at or into.deleted_at:
        raise Conflict("One of these tickets was deleted. Restore it first.")


def _check_may(by: Agent) -> None:
    if not by.can_reply:
        raise Forbidden("Light agents can neither merge nor split tickets.")


def _add_tags(session: Session, ticket: Ticket, into: Ticket) -> list[int]:
    theirs, ours = (set(session.scalars(select(TicketTag.tag_id).where(TicketTag.ticket_id == t.id)))
                    for t in (ticket, into))  # fmt: skip
    session.add_all(TicketTag(ticket_id=into.id, tag_id=tag) for tag in theirs - ours)
    return sorted(theirs - ours)


def _add_contacts(session: Session, ticket: Ticket, into: Ticket, moved: list[int]) -> list[int]:
    """Everybody who took part besides the other ticket's customer: seen, and written to once an agent says so."""
    wrote = {contact for part in _parts(moved) for contact in session.scalars(
        select(Message.contact_id).where(Message.id.in_(part), Message.contact_id.is_not(None)))}  # fmt: skip
    took_part = set(session.scalars(select(Participant.contact_id).where(Participant.ticket_id == ticket.id)))
    own = set(session.scalars(select(Contact.id).where(Contact.customer_id == into.customer_id)))
    there = set(session.scalars(select(Participant.contact_id).where(Participant.ticket_id == into.id)))
    new = {contact for contact in wrote | took_part if contact is not None} - own - there
    session.add_all(Participant(ticket_id=into.id, contact_id=contact) for contact in new)
    return sorted(new)


def _add_followers(session: Session, ticket: Ticket, into: Ticket) -> list[int]:
    theirs = session.scalars(select(Follower).where(Follower.ticket_id == ticket.id)).all()
    there = set(session.scalars(select(Follower.agent_id).where(Follower.ticket_id == into.id)))
    new = [one for one in theirs if one.agent_id not in there]
    session.add_all(Follower(ticket_id=into.id, agent_id=one.agent_id, since=one.since) for one in new)
    return [one.agent_id for one in new]


def _join_state(ticket: Ticket, into: Ticket, at: datetime) -> None:
    """Whoever waited for an answer in the one waits for it in the other."""
    into.assignee_id = into.assignee_id or ticket.assignee_id
    if ticket.customer_at and (into.customer_at is None or ticket.customer_at > into.customer_at):
        into.customer_at, into.preview = ticket.customer_at, ticket.preview
    if ticket.status == "open" and into.status in ("waiting", "closed"):
        into.status, into.closed_at = "open", None
    if ticket.status == "open" and ticket.waiting_since:
        into.snoozed_until = None
        into.waiting_since = min(into.waiting_since or ticket.waiting_since, ticket.waiting_since)


def _take_out(session: Session, into: Ticket, done: Merge) -> None:
    """What the merge brought besides messages, as far as nobody touched it since."""
    for name, (before, after) in done.state.items():
        if _plain(getattr(into, name)) == after:
            is_time = name.endswith(("_at", "_since", "_until"))
            setattr(into, name, datetime.fromisoformat(before) if before and is_time else before)
    for model, keys in ((TicketTag, done.tags), (Follower, done.followers), (Participant, done.contacts)):
        for key in keys:
            row = session.get(model, (into.id, key))
            if row is not None and not (isinstance(row, Participant) and row.is_accepted):
                session.delete(row)


def _still_in(session: Session, messages: list[int], ticket_id: int) -> list[int]:
    return [number for part in _parts(messages) for number in session.scalars(
        select(Message.id).where(Message.id.in_(part), Message.ticket_id == ticket_id))]  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _parts(numbers: list[int]) -> list[list[int]]:
    return [numbers[i : i + MOST] for i in range(0, len(numbers), MOST)]
