"""Folders: named views of tickets, each with its condition and its order, and how many tickets wait in them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent

T = Ticket.__table__.c
LIVE = and_(T.deleted_at.is_(None), T.merged_into_id.is_(None))
OPEN = and_(T.status == "open", LIVE, T.snoozed_until.is_(None))
# Said in this way round, the few snoozed ones are looked up, not all that are open.
SNOOZED = and_(T.snoozed_until.is_not(None), T.status != "closed", T.status != "spam", LIVE)
# For agents to whom mailboxes are hidden: bind their numbers as `hidden`.
IS_SEEN = or_(T.mailbox_id.is_(None), T.mailbox_id.not_in(bindparam("hidden", expanding=True)))
Order = Literal["longest", "newest", "oldest", "soonest", "deleted"]


@dataclass(frozen=True, slots=True)
class Folder:
    """`order` names how its tickets are sorted: who waits longest, what changed last, what wakes first."""

    name: str
    condition: ColumnElement[bool]
    order: Order


FOLDERS: Mapping[str, Folder] = {
    folder.name: folder
    for folder in (
        Folder("unassigned", and_(OPEN, T.assignee_id.is_(None)), "longest"),
        Folder("mine", and_(OPEN, T.assignee_id == bindparam("me", required=False)), "longest"),
        Folder("assigned", and_(OPEN, T.assignee_id.is_not(None)), "longest"),
        Folder("open", OPEN, "longest"),
        Folder("waiting", and_(T.status == "waiting", LIVE, T.snoozed_until.is_(None)), "newest"),
        Folder("snoozed", SNOOZED, "soonest"),
        Folder("closed", and_(T.status == "closed", LIVE), "newest"),
        Folder("spam", and_(T.status == "spam", LIVE), "newest"),
        Folder("deleted", and_(T.deleted_at.is_not(None), T.erased_at.is_(None)), "deleted"),
    )
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tickets nobody and each agent has, and what else the folders' list shows."""

    by_assignee: Mapping[int | None, int] = field(default_factory=dict)
    waiting: int = 0
    snoozed: int = 0
    quarantined: int = 0
    mailboxes: tuple[tuple[int, str, int], ...] = ()  # id, name, open tickets
    tags: tuple[tuple[str, int], ...] = ()  # name, open tickets: the most used first, none without
    agents: tuple[tuple[int, str], ...] = ()  # id, name: who a ticket can be given to

    def of(self, folder: str, me: int) -> int | None:
        """The number beside a folder; None where it would tell nothing."""
        everyone = sum(self.by_assignee.values())
        nobody = self.by_assignee.get(None, 0)
        return {
            "unassigned": nobody,
            "mine": self.by_assignee.get(me, 0),
            "assigned": everyone - nobody,
            "open": everyone,
            "waiting": self.waiting,
            "snoozed": self.snoozed,
            "quarantine": self.quarantined,
        }.get(folder)


_HELD = select(T.assignee_id, T.mailbox_id, func.count()).where(OPEN).group_by(T.assignee_id, T.mailbox_id)
_WAITING = select(func.count()).where(FOLDERS["waiting"].condition)
_SNOOZED = select(func.count()).where(FOLDERS["snoozed"].condition)
_QUARANTINED = select(func.count()).select_from(Intake.__table__).where(Intake.__table__.c.state == "quarantined")
_MAILBOXES = select(Mailbox.__table__.c.id, Mailbox.__table__.c.name, Mailbox.__table__.c.address).order_by("name")
_TAGS = (
    select(Tag.__table__.c.name, func.count())
    .select_from(Ticket.__table__)
    .join(TicketTag.__table__, TicketTag.__table__.c.ticket_id == T.id)
    .join(Tag.__table__, Tag.__table__.c.id == TicketTag.__table__.c.tag_id)
    .where(OPEN)
    .group_by(Tag.__table__.c.name)
    .order_by(func.count().desc(), Tag.__table__.c.name)
    .limit(20)
)
_AGENTS = (
    select(Agent.__table__.c.id, Agent.__table__.c.name).where(Agent.__table__.c.is_active.is_(True)).order_by("name")
)


def count(connection: Connection, hidden: Collection[int] = ()) -> Counts:
    """All counts of the folders' list: six queries, so whoever asks keeps the answer while nothing happens.
    Tickets of hidden mailboxes are not counted, nor are these mailboxes named."""
    held, waiting, snoozed, quarantined, tags = _statements(bool(hidden))
    values = {"hidden": sorted(hidden)} if hidden else {}
    by_assignee: dict[int | None, int] = defaultdict(int)
    by_mailbox: dict[int | None, int] = defaultdict(int)
    for assignee, mailbox, number in connection.execute(held, values):
        by_assignee[assignee] += number
        by_mailbox[mailbox] += number
    return Counts(
        by_assignee=by_assignee,
        waiting=connection.execute(waiting, values).scalar_one(),
        snoozed=connection.execute(snoozed, values).scalar_one(),
        quarantined=connection.execute(quarantined, values).scalar_one(),
        mailboxes=tuple(
            (number, name or address, by_mailbox.get(number, 0))
            for number, name, address in connection.execute(_MAILBOXES)
            if number not in hidden
        ),
        tags=tuple((name, tickets) for name, tickets in connection.execute(tags, values)),
        agents=tuple((number, name) for number, name in connection.execute(_AGENTS)),
    )


@cache
def _statements(is_hiding: bool) -> tuple[Select[Any], ...]:
    """As they are; or for somebody to whom mailboxes are hidden."""
    everybody: tuple[Select[Any], ...] = (_HELD, _WAITING, _SNOOZED, _QUARANTINED, _TAGS)
    if not is_hiding:
        return everybody
    unseen = Intake.__table__.c.mailbox_id.in_(bindparam("hidden", expanding=True))
    return tuple(one.where(~unseen if one is _QUARANTINED else IS_SEEN) for one in everybody)
