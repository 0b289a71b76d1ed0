"""Lists of tickets: one statement a page, built once, read without the ORM, paged by what the last row says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select, tuple_

from supportbox.base import UtcDateTime
from supportbox.inbox.folders import FOLDERS, IS_SEEN, Order, T
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer

AnyRow = Row[*tuple[Any, ...]]
PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

A, C, M = Agent.__table__.c, Customer.__table__.c, Message.__table__.c
TAGS = (
    select(func.aggregate_strings(Tag.__table__.c.name, "\n"))
    .join(TicketTag.__table__, TicketTag.__table__.c.tag_id == Tag.__table__.c.id)
    .where(TicketTag.__table__.c.ticket_id == T.id)
    .scalar_subquery()
)
ROWS = (
    select(
        T.id, T.subject, T.preview, T.status, T.message_count, T.updated_at, T.customer_at, T.waiting_since, T.seen_at,
        T.snoozed_until, T.deleted_at, T.mailbox_id, C.name.label("customer"), A.name.label("assignee"),
        TAGS.label("tags"),
    )
    .select_from(Ticket.__table__)
    .join(Customer.__table__, C.id == T.customer_id)
    .outerjoin(Agent.__table__, A.id == T.assignee_id)
)  # fmt: skip
_COLUMN: dict[Order, Any] = {
    "longest": T.waiting_since, "newest": T.updated_at, "oldest": T.updated_at, "soonest": T.snoozed_until,
    "deleted": T.deleted_at,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list; `next` is where the following page begins, "" on the last one."""

    rows: Sequence[AnyRow]
    next: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with this time and number. No time: among those that wait for nothing."""

    at: datetime | None
    number: int

    def __str__(self) -> str:
        return f"{'' if self.at is None else (self.at - EPOCH) // MICROSECOND}.{self.number}"


def find_place(text: str) -> Place | None:
    """The place that an address names; None for the first page and for nonsense."""
    at, _, number = text.partition(".")
    if not number.isdecimal() or (at and not at.isdecimal()) or max(len(at), len(number)) > 18:
        return None
    try:
        return Place(EPOCH + int(at) * MICROSECOND if at else None, int(number))
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Filters:
    """Only tickets of a mailbox, with a tag, of an assignee (0: of nobody), with words by a channel; none of mailboxes
    that are hidden."""

    mailbox: int | None = None
    tag: str = ""
    assignee: int | None = None
    hidden: frozenset[int] = frozenset()
    channel: str = ""

    @property
    def values(self) -> dict[str, Any]:
        named = {"mailbox": self.mailbox, "tag": self.tag, "assignee": self.assignee, "channel": self.channel}
        return {**named, "hidden": sorted(self.hidden)}

    @property
    def kind(self) -> tuple[bool, ...]:
        """Which conditions a statement needs."""
        has_assignee, is_of_nobody = bool(self.assignee), self.assignee == 0
        return (
            self.mailbox is not None,
            bool(self.tag),
            has_assignee,
            is_of_nobody,
            bool(self.hidden),
            bool(self.channel),
        )


def list_folder(
    connection: Connection,
    name: str,
    *,
    me: int,
    after: Place | None = None,
    filters: Filters = Filters(),
    order: Order | None = None,
) -> Page:
    """One page of a folder, in its own order or another, perhaps only of one mailbox or with one tag."""
    order = order or FOLDERS[name].order
    values = {**filters.values, "me": me}
    if after:
        values |= {"at": after.at, "number": after.number}
    rows: list[AnyRow] = []
    if after is None or after.at is not None:
        statement = _timed(name, order, filters.kind, is_later=after is not None)
        rows = list(connection.execute(statement, {**values, "limit": PAGE + 1}))
    if order == "longest" and len(rows) <= PAGE:
        # Open tickets in which the customer waits for nothing come after those in which they do.
        statement = _untimed(name, filters.kind, is_later=after is not None and after.at is None)
        rows += connection.execute(statement, {**values, "limit": PAGE + 1 - len(rows)})
    if len(rows) <= PAGE:
        return Page(rows, "")
    last = rows[PAGE - 1]
    return Page(rows[:PAGE], str(Place(last._mapping[_COLUMN[order].name], last.id)))


@cache
def _timed(name: str, order: Order, kind: tuple[bool, ...], *, is_later: bool) -> Select[Any]:
    column = _COLUMN[order]
    statement = _filtered(name, kind).where(column.is_not(None))
    here, there = tuple_(column, T.id), tuple_(bindparam("at", type_=UtcDateTime), bindparam("number"))
    if order in ("longest", "soonest", "oldest"):
        return (statement.where(here > there) if is_later else statement).order_by(column, T.id)
    return (statement.where(here < there) if is_later else statement).order_by(column.desc(), T.id.desc())


@cache
def _untimed(name: str, kind: tuple[bool, ...], *, is_later: bool) -> Select[Any]:
    statement = _filtered(name, kind).where(T.waiting_since.is_(None))
    return (statement.where(T.id < bindparam("number")) if is_later else statement).order_by(T.id.desc())


def _filtered(name: str, kind: tuple[bool, ...]) -> Select[Any]:
    has_mailbox, has_tag, has_assignee, is_of_nobody, has_hidden, has_channel = kind
    statement = ROWS.where(FOLDERS[name].condition).limit(bindparam("limit"))
    if has_mailbox:
        statement = statement.where(T.mailbox_id == bindparam("mailbox"))
    if has_assignee:
        statement = statement.where(T.assignee_id == bindparam("assignee"))
    if is_of_nobody:
        statement = statement.where(T.assignee_id.is_(None))
    if has_hidden:
        statement = statement.where(IS_SEEN)
    if has_channel:
        statement = statement.where(select(M.id).where(M.ticket_id == T.id, M.channel == bindparam("channel")).exists())
    return statement.where(_is_tagged()) if has_tag else statement


def _is_tagged() -> ColumnElement[bool]:
    tagged = select(TicketTag.__table__.c.ticket_id).join(
        Tag.__table__, TicketTag.__table__.c.tag_id == Tag.__table__.c.id
    )
    return T.id.in_(tagged.where(Tag.__table__.c.name == bindparam("tag")))


_LAST_CHANNELS = select(
    T.id,
    select(M.channel)
    .where(M.ticket_id == T.id, M.kind == "customer")
    .order_by(M.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("channel"),
).where(T.id.in_(bindparam("numbers", expanding=True)))
_BY_NUMBERS = ROWS.where(T.id.in_(bindparam("numbers", expanding=True)))


def list_numbers(connection: Connection, numbers: Sequence[int]) -> list[AnyRow]:
    """The tickets of these numbers, in the given order; numbers that are gone are left out."""
    found = {row.id: row for row in connection.execute(_BY_NUMBERS, {"numbers": list(numbers)})}
    return [found[number] for number in numbers if number in found]


def last_channels(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """By which channel the customer of each of these tickets wrote last."""
    rows = connection.execute(_LAST_CHANNELS, {"numbers": list(numbers)}) if numbers else ()
    return {row.id: row.channel for row in rows if row.channel}
