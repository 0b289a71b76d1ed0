"""The list of customers: the newest first, or those whose name, company, address or number holds some words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.contact_value import KINDS, NUMBERS
from supportbox.people.customer import Customer
from supportbox.people.folding import fold
from supportbox.people.same_person import LAST

PAGE = 50
MOST_WORDS = 6
SHORTEST_NUMBER = 4
C, K, T = Customer.__table__.c, Contact.__table__.c, Ticket.__table__.c

_FIRST_CONTACT = (
    select(K.value).where(K.customer_id == C.id).order_by(K.verified_at.is_(None), K.id).limit(1).scalar_subquery()
)
_TICKETS = (
    select(func.count())
    .select_from(Ticket.__table__)
    .where(
        T.customer_id == C.id,
        T.merged_into_id.is_(None),
        T.deleted_at.is_(None),
        or_(T.mailbox_id.is_(None), T.mailbox_id.not_in(bindparam("hidden", expanding=True))),
    )
    .correlate(Customer.__table__)
    .scalar_subquery()
)
_ROWS = (
    select(C.id, C.name, C.company, C.created_at, _FIRST_CONTACT.label("contact"), _TICKETS.label("tickets"))
    .where(C.merged_into_id.is_(None), C.erased_at.is_(None))
    .order_by(C.id.desc())
    .limit(PAGE + 1)
)


@dataclass(frozen=True, slots=True)
class Customers:
    """`below` is where the next page begins; none on the last one."""

    rows: list[AnyRow]
    below: int | None


def list_customers(
    connection: Connection, query: str = "", *, below: int | None = None, hidden: Collection[int] = ()
) -> Customers:
    """One page. `hidden` are mailboxes whose tickets are not counted."""
    statement: Select[Any] = _ROWS.where(C.id < below) if below else _ROWS
    if query.strip():
        statement = _that_say(statement, query)
    rows = list(connection.execute(statement, {"hidden": list(hidden)}))
    return Customers(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _that_say(statement: Select[Any], query: str) -> Select[Any]:
    # Of the index alone: the customers themselves are read for one page only.
    words = fold(query).split()[:MOST_WORDS]
    named = C.id.in_(select(C.id).where(and_(*(C.search_key.contains(word, autoescape=True) for word in words))))
    reached = _reached_by(query)
    return statement.where(named if reached is None else or_(named, C.id.in_(select(K.customer_id).where(reached))))


def _reached_by(query: str) -> ColumnElement[bool] | None:
    """Whose address begins like that, or whose number holds these digits; several words are nobody's address."""
    digits = "".join(one for one in query if one.isdigit()).lstrip("0")
    if len(digits) >= SHORTEST_NUMBER and not any(one.isalpha() for one in query):
        return and_(K.kind.in_(NUMBERS), K.value.contains(digits, autoescape=True))
    words = query.lower().split()
    if len(words) != 1:
        return None
    if words[0].startswith("@"):
        return and_(K.kind == "email", K.value.endswith(words[0], autoescape=True))
    return and_(K.kind.in_(KINDS), K.value >= words[0], K.value < words[0] + LAST)
