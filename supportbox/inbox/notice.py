"""A notice: one thing that one agent is told of, in the browser, by letter or both; it holds no words of anybody."""

from datetime import datetime

from sqlalchemy import Connection, ForeignKey, Index, UniqueConstraint, bindparam, exists, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.inbox.event import Event
from supportbox.inbox.folders import IS_SEEN
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer

UNREAD = text("is_shown AND read_at IS NULL")
TO_SEND = text("letter_due_at IS NOT NULL")
MOST = 100  # counted at most: beyond, it is simply many
PAGE = 50


class Notice(Base):
    """`kind` is one of the agents' matrix (`people.notice_matrix`); `by_id` who did it, none for a customer or the
    desk. `letter_due_at` is empty when no letter is asked for or it has been written."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_id", "agent_id"),  # reading the events again tells nobody twice
        Index("ix_notice_agent", "agent_id", "id"),
        Index("ix_notice_unread", "agent_id", "ticket_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notice_letter", "letter_due_at", sqlite_where=TO_SEND, postgresql_where=TO_SEND),
        Index("ix_notice_lettered", "agent_id", "ticket_id", "lettered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    is_shown: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None]
    letter_due_at: Mapped[datetime | None]
    lettered_at: Mapped[datetime | None]


_MINE = (Notice.agent_id == bindparam("me"), UNREAD)
_UNREAD = (
    select(Notice.id).join(Ticket, Ticket.id == Notice.ticket_id).where(*_MINE, Ticket.deleted_at.is_(None)).limit(MOST)
)
# Agents to whom nothing is hidden are spared the list of what is: every page of theirs counts.
_COUNT, _COUNT_SEEN = (
    select(func.count()).select_from(unread.subquery()) for unread in (_UNREAD, _UNREAD.where(IS_SEEN))
)
# Within a question about a ticket: whether its reader, `me`, has unread ones about it.
HAS_UNREAD = exists().where(*_MINE, Notice.ticket_id == Ticket.id)
_ACTOR = select(Agent.name).where(Agent.id == Notice.by_id).scalar_subquery()
_LIST = (
    select(
        Notice.id,
        Notice.kind,
        Notice.at,
        Notice.read_at,
        Notice.ticket_id,
        Event.kind.label("what"),
        Ticket.subject,
        Customer.name.label("customer"),
        _ACTOR.label("actor"),
    )
    .join(Event, Event.id == Notice.event_id)
    .join(Ticket, Ticket.id == Notice.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Notice.agent_id == bindparam("me"), Notice.is_shown, Ticket.deleted_at.is_(None), IS_SEEN)
)
_OLDER = _LIST.where(Notice.id < bindparam("before")).order_by(Notice.id.desc()).limit(PAGE)
_NEWER = _LIST.where(Notice.id > bindparam("after"), Notice.read_at.is_(None)).order_by(Notice.id.desc()).limit(5)


def count_unread(connection: Connection, me: int, hidden: frozenset[int]) -> int:
    """How many notices this agent has not read, counted up to MOST."""
    if hidden:
        return connection.execute(_COUNT_SEEN, {"me": me, "hidden": sorted(hidden)}).scalar() or 0
    return connection.execute(_COUNT, {"me": me}).scalar() or 0


def list_notices(connection: Connection, me: int, hidden: frozenset[int], *, before: int) -> list[AnyRow]:
    """An agent's notices, the newest first, below the number `before`."""
    return list(connection.execute(_OLDER, {"me": me, "hidden": sorted(hidden), "before": before}))


def list_newer(connection: Connection, me: int, hidden: frozenset[int], *, after: int) -> list[AnyRow]:
    """The unread ones above the number `after`, at most five."""
    return list(connection.execute(_NEWER, {"me": me, "hidden": sorted(hidden), "after": after}))


def mark_read(session: Session, me: int, *, at: datetime, ticket_id: int | None = None) -> None:
    """All of this agent's notices have been read, or those of one ticket; their letters need not be written."""
    reading = update(Notice).where(Notice.agent_id == me, Notice.read_at.is_(None))
    if ticket_id is not None:
        reading = reading.where(Notice.ticket_id == ticket_id)
    session.execute(reading.values(read_at=at, letter_due_at=None))
