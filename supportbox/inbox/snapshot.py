"""A ticket as it is at one moment, in plain values: to tell whether it changed since, and to make it so again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.event import record
from supportbox.inbox.merge import unmerge
from supportbox.inbox.snooze import wake
from supportbox.inbox.tagging import tag, untag
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.inbox.trash import delete, restore
from supportbox.people.agent import Agent

Snapshot = dict[str, Any]
TIMES = ("waiting_since", "closed_at", "snoozed_until", "deleted_at", "customer_at")
PLAIN = ("status", "assignee_id", "merged_into_id", "message_count")


def snapshots(session: Session, tickets: Sequence[Ticket]) -> dict[int, Snapshot]:
    """What these tickets are like, by number."""
    tags: dict[int, list[str]] = defaultdict(list)
    rows = select(TicketTag.ticket_id, Tag.name).join(Tag, Tag.id == TicketTag.tag_id).order_by(Tag.name)
    for number, name in session.execute(rows.where(TicketTag.ticket_id.in_([ticket.id for ticket in tickets]))):
        tags[number].append(name)
    return {
        ticket.id: {name: getattr(ticket, name) for name in PLAIN}
        | {name: _written(getattr(ticket, name)) for name in TIMES}
        | {"tags": tags[ticket.id]}
        for ticket in tickets
    }


def put_back(session: Session, ticket: Ticket, before: Snapshot, *, by: Agent, at: datetime) -> None:
    """Make the ticket what it was, by the verbs that leave their events, and the times to the microsecond."""
    if ticket.merged_into_id and not before["merged_into_id"]:
        unmerge(session, ticket, by=by, at=at)
    if ticket.deleted_at and not before["deleted_at"]:
        restore(session, ticket, by=by, at=at)
    _put_back_status(ticket, before["status"], by, at)
    if ticket.assignee_id != before["assignee_id"]:
        assignee = session.get(Agent, before["assignee_id"]) if before["assignee_id"] else None
        ticket.assign(assignee, by=by, at=at)
    _put_back_snooze(session, ticket, before["snoozed_until"], by, at)
    now = set(snapshots(session, [ticket])[ticket.id]["tags"])
    for name in set(before["tags"]) - now:
        tag(session, ticket, name, by=by, at=at)
    for name in now - set(before["tags"]):
        untag(session, ticket, name, by=by, at=at)
    if before["deleted_at"] and not ticket.deleted_at:
        delete(session, ticket, by=by, at=at)
    for name in TIMES:
        setattr(ticket, name, _read(before[name]))
    session.flush()


def _put_back_status(ticket: Ticket, status: str, by: Agent, at: datetime) -> None:
    verbs = {"open": ticket.reopen, "waiting": ticket.wait, "closed": ticket.close, "spam": ticket.mark_spam}
    if ticket.status != status:
        verbs[status](by=by, at=at)


def _put_back_snooze(session: Session, ticket: Ticket, until: str | None, by: Agent, at: datetime) -> None:
    if until is None:
        wake(session, ticket, by=by, at=at)
    elif _written(ticket.snoozed_until) != until:
        # Not by the verb: a snooze that is over by now ends at the worker's next round, as it would have.
        ticket.snoozed_until = _read(until)
        record(session, "snoozed", at=at, ticket_id=ticket.id, agent_id=by.id, until=until)
        ticket.touch(at, stops_sending=False)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
