"""Changing many tickets at once: each by its own verb, what hinders one hinders no other, and all can be undone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.merge import merge
from supportbox.inbox.snapshot import Snapshot, snapshots
from supportbox.inbox.snooze import snooze, wake
from supportbox.inbox.tagging import tag, untag
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.trash import delete, restore
from supportbox.inbox.undo import Undo, forget_old
from supportbox.people.agent import Agent

MOST = 100


@dataclass(frozen=True, slots=True)
class Change:
    """What shall happen to each ticket; the fields beside `action` are for those that need them."""

    action: str
    assignee_id: int | None = None
    tag: str = ""
    until: datetime | None = None


def change_all(
    session: Session, numbers: Sequence[int], change: Change, *, by: Agent, at: datetime, hidden: Collection[int] = ()
) -> Undo:
    """Change the tickets of these numbers that this agent may know of. The Undo tells what came of it."""
    if change.action not in _VERBS:
        raise Refused("Choose what to do with these tickets.")
    if not numbers:
        raise Refused("Choose at least one ticket first.")
    if len(numbers) > MOST:
        raise Refused("At most 100 tickets can be changed at once.")
    tickets = _get(session, numbers, hidden)
    verb = _VERBS[change.action](session, change, tickets, by, at)
    before = snapshots(session, tickets)
    refused = [[ticket.id, error.sentence, error.values] for ticket in tickets
               if (error := _try(session, verb, ticket)) is not None]  # fmt: skip
    session.flush()
    after = snapshots(session, tickets)
    changed = {number: before[number] for number in before if before[number] != after[number]}
    if change.action == "merge" and tickets:
        changed.pop(tickets[0].id, None)  # the one that stays is put right by what leaves it
    forget_old(session, by, at)
    said = {"refused": refused, "tag": change.tag, "assignee": change.assignee_id}
    undo = Undo(agent_id=by.id, at=at, action=change.action, before=_rows(changed, after), said=said)
    session.add(undo)
    session.flush()
    return undo


def note_refusal(session: Session, action: str, error: Refused, *, by: Agent, at: datetime) -> Undo:
    """Nothing was changed at all; what is returned tells why, and takes nothing back."""
    forget_old(session, by, at)
    undo = Undo(agent_id=by.id, at=at, action=action, before={}, said={"why": [error.sentence, error.values]})
    session.add(undo)
    session.flush()
    return undo


def _get(session: Session, numbers: Sequence[int], hidden: Collection[int]) -> list[Ticket]:
    found = session.scalars(select(Ticket).where(Ticket.id.in_(numbers)).order_by(Ticket.id)).all()
    return [ticket for ticket in found if ticket.mailbox_id not in hidden]


def _rows(changed: Mapping[int, Snapshot], after: Mapping[int, Snapshot]) -> dict[str, dict[str, Any]]:
    return {str(number): {"before": was, "after": after[number]} for number, was in changed.items()}


Verb = Callable[[Ticket], None]


def _try(session: Session, verb: Verb, ticket: Ticket) -> Refused | None:
    """Why this one stays as it was, if so: nothing of a change that was refused halfway remains."""
    try:
        with session.begin_nested():
            if ticket.merged_into_id:
                raise Refused("It was merged into another ticket.")
            verb(ticket)
    except Refused as error:
        return error
    return None


Maker = Callable[[Session, Change, Sequence[Ticket], Agent, datetime], Verb]


def _assigning(session: Session, change: Change, tickets: Sequence[Ticket], by: Agent, at: datetime) -> Verb:
    assignee = session.get(Agent, change.assignee_id) if change.assignee_id else None
    if change.assignee_id and (assignee is None or not assignee.is_active):
        raise Refused("This agent is not here any more.")
    return lambda ticket: ticket.assign(assignee, by=by, at=at)


def _snoozing(session: Session, change: Change, tickets: Sequence[Ticket], by: Agent, at: datetime) -> Verb:
    until = change.until
    if until is None:
        raise Refused("Choose how long these tickets shall be snoozed.")
    return lambda ticket: snooze(session, ticket, until=until, by=by, at=at)


def _merging(session: Session, change: Change, tickets: Sequence[Ticket], by: Agent, at: datetime) -> Verb:
    """Into the oldest: its number is the one that the customer has had for longest."""
    if len(tickets) < 2:
        raise Refused("Choose at least two tickets to merge.")
    into = tickets[0]
    return lambda ticket: None if ticket is into else merge(session, ticket, into, by=by, at=at)


def _opening(session: Session, change: Change, tickets: Sequence[Ticket], by: Agent, at: datetime) -> Verb:
    def open_again(ticket: Ticket) -> None:
        ticket.reopen(by=by, at=at)
        wake(session, ticket, by=by, at=at)

    return open_again


_VERBS: Mapping[str, Maker] = {
    "assign": _assigning,
    "open": _opening,
    "wait": lambda session, change, tickets, by, at: lambda ticket: ticket.wait(by=by, at=at),
    "close": lambda session, change, tickets, by, at: lambda ticket: ticket.close(by=by, at=at),
    "spam": lambda session, change, tickets, by, at: lambda ticket: ticket.mark_spam(by=by, at=at),
    "tag": lambda session, change, tickets, by, at: lambda ticket: tag(session, ticket, change.tag, by=by, at=at),
    "untag": lambda session, change, tickets, by, at: lambda ticket: untag(session, ticket, change.tag, by=by, at=at),
    "snooze": _snoozing,
    "merge": _merging,
    "delete": lambda session, change, tickets, by, at: lambda ticket: delete(session, ticket, by=by, at=at),
    "restore": lambda session, change, tickets, by, at: lambda ticket: restore(session, ticket, by=by, at=at),
}
