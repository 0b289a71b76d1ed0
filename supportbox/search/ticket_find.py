"""A read query asked of the database: numbers of tickets, newest first or as it says, from a place on."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, literal, not_, or_, select, tuple_

from supportbox.base import UtcDateTime
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.query import Place
from supportbox.inbox.ticket import Tag, Ticket, TicketTag
from supportbox.people.agent import Agent
from supportbox.search.analysis import fold
from supportbox.search.ticket_query import Fact, Group, TicketQuery, parse
from supportbox.search.ticket_words import Said, Wanted
from supportbox.search.tickets import find_engine

T = Ticket.__table__.c
_AGENTS = select(Agent.id, Agent.name, Agent.email)
_MAILBOXES = select(Mailbox.id, Mailbox.name, Mailbox.address)
_TAGGED = select(TicketTag.ticket_id).join(Tag, Tag.id == TicketTag.tag_id)
_ORDER: dict[str, tuple[ColumnElement[Any] | None, bool]] = {
    "newest": (None, False), "oldest": (None, True), "longest": (T.waiting_since, True),
    "changed": (T.updated_at, False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who searches: "me", what they may not know of, and in which zone their days begin."""

    me: int = 0
    hidden: Collection[int] = ()
    zone: tzinfo = UTC


def find(
    connection: Connection, query: str, *, today: date | None = None, below: int | None = None, limit: int = 50
) -> Sequence[int]:
    """Numbers of the tickets that a typed query finds, newest first, below a number."""
    return seek(
        connection, parse(query, today=today), Seeker(), after=Place(None, below) if below else None, limit=limit
    )


def seek(
    connection: Connection,
    query: TicketQuery,
    seeker: Seeker,
    *,
    order: str = "newest",
    after: Place | None = None,
    limit: int = 50,
) -> Sequence[int]:
    """The numbers of a page in one of ORDERS; none where nothing was asked for."""
    if not query.groups or (_has_words(query) and not _can_find_words(connection)):
        return []
    statement, number = _statement(connection, query, seeker, is_by_number=order in ("newest", "oldest"))
    found: list[int] = []
    if order != "longest" or after is None or after.at is not None:
        timed = statement.where(T.waiting_since.is_not(None)) if order == "longest" else statement
        found += connection.execute(_placed(timed, order, number, after).limit(limit)).scalars()
    if order == "longest" and len(found) < limit:
        # Tickets in which nobody waits come after those in which somebody does, the newest first.
        following = after if after is not None and after.at is None else None
        untimed = _placed(statement.where(T.waiting_since.is_(None)), "newest", number, following)
        found += connection.execute(untimed.limit(limit - len(found))).scalars()
    return found


def _statement(
    connection: Connection, query: TicketQuery, seeker: Seeker, *, is_by_number: bool
) -> tuple[Select[Any], ColumnElement[int]]:
    """What is asked for without its order, and the column that holds the number."""
    said, rest = _sorted(query.groups)
    statement, number, engine = select(T.id).where(*_seen(rest, seeker)), T.id, find_engine(connection)
    few = engine.narrow(connection, said) if said.all and engine else None
    if few is not None:
        statement = statement.where(T.id.in_(few))
    elif said.all and engine and is_by_number:
        statement = statement.join(engine.TABLE, T.id == engine.TICKET).where(engine.matches(said))
        number = engine.TICKET  # the order in which full text finds: a page of a frequent word costs a page
    elif said.all and engine:
        statement = statement.where(T.id.in_(select(engine.TICKET).where(engine.matches(said))))
    for group in rest:
        holds = or_(*(_holds(connection, one, seeker) for one in group.any))
        statement = statement.where(not_(holds) if group.is_not else holds)
    return statement, number


def _can_find_words(connection: Connection) -> bool:
    engine = find_engine(connection)
    return engine is not None and bool(engine.is_made(connection))


def place_of(row: Any, order: str) -> Place:
    """Where a page of that order begins that follows this row of a list."""
    at = {"longest": row.waiting_since, "changed": row.updated_at}.get(order)
    return Place(at, row.id)


def _placed(statement: Select[Any], order: str, number: ColumnElement[int], after: Place | None) -> Select[Any]:
    column, is_rising = _ORDER[order]
    here = (number,) if column is None else (column, number)
    if after is not None:
        at = () if column is None else (literal(after.at, UtcDateTime),)
        there = tuple_(*at, literal(after.number))
        statement = statement.where(tuple_(*here) > there if is_rising else tuple_(*here) < there)
    return statement.order_by(*(part.asc() if is_rising else part.desc() for part in here))


def _has_words(query: TicketQuery) -> bool:
    return any(isinstance(one, Said) for group in query.groups for one in group.any)


def _seen(rest: Sequence[Group], seeker: Seeker) -> Iterator[ColumnElement[bool]]:
    """What no search finds: what was merged into another, or deleted unless that is asked for, or is not theirs."""
    yield T.merged_into_id.is_(None)
    if not any(isinstance(one, Fact) and one.value == "deleted" for group in rest for one in group.any):
        yield T.deleted_at.is_(None)
    if seeker.hidden:
        yield or_(T.mailbox_id.is_(None), T.mailbox_id.not_in(seeker.hidden))


def _sorted(groups: Sequence[Group]) -> tuple[Wanted, list[Group]]:
    """What the full text can be asked for in one go, and what has to be asked for besides."""
    wanted: list[tuple[Said, ...]] = []
    none: list[Said] = []
    rest: list[Group] = []
    for group in groups:
        said = tuple(one for one in group.any if isinstance(one, Said))
        if len(said) < len(group.any):
            rest.append(group)
        elif group.is_not:
            none += said
        else:
            wanted.append(said)
    if not wanted:  # full text finds what is said, never what is not said alone
        return Wanted(), rest + [Group((said,), is_not=True) for said in none]
    return Wanted(tuple(wanted), tuple(none)), rest


def _holds(connection: Connection, one: Said | Fact, seeker: Seeker) -> ColumnElement[bool]:
    if isinstance(one, Said):
        engine = find_engine(connection)
        return T.id.in_(select(engine.TICKET).where(engine.matches(Wanted(((one,),))))) if engine else false()
    if one.day is not None:
        midnight = literal(datetime.combine(one.day, time(), seeker.zone), UtcDateTime)
        return T.created_at < midnight if one.name == "before" else T.updated_at >= midnight
    if one.name == "status":
        return _STATUS[one.value]
    if one.name == "tag":
        return T.id.in_(_TAGGED.where(Tag.name == one.value))
    if one.name == "mailbox":
        return T.mailbox_id.in_(_named(connection, _MAILBOXES, one.value))
    if one.value in ("me", "moi"):
        return T.assignee_id == seeker.me
    if one.value in ("none", "nobody", "personne"):
        return T.assignee_id.is_(None)
    return T.assignee_id.in_(_named(connection, _AGENTS, one.value))


_STATUS: dict[str, ColumnElement[bool]] = {
    "open": and_(T.status == "open", T.snoozed_until.is_(None)),
    "waiting": and_(T.status == "waiting", T.snoozed_until.is_(None)),
    "closed": T.status == "closed",
    "spam": T.status == "spam",
    "snoozed": and_(T.snoozed_until.is_not(None), T.status.in_(("open", "waiting"))),
    "unread": and_(T.customer_at.is_not(None), or_(T.seen_at.is_(None), T.seen_at < T.customer_at)),
    "deleted": T.deleted_at.is_not(None),
}


def _named(connection: Connection, rows: Select[int, str, str], value: str) -> list[int]:
    """Who is called so, or has a name, an address, or a part of either that begins so."""
    wanted = fold(value)
    found = []
    for number, name, address in connection.execute(rows):
        names = (fold(name), fold(address))
        if wanted in names or any(f" {one}".find(f" {wanted}") >= 0 for one in names) or f"@{wanted}" in names[1]:
            found.append(number)
    return found
