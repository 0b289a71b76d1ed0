"""A ticket: one matter of one customer, and the verbs that change it."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, object_session

from supportbox.base import Base
from supportbox.inbox.event import record
from supportbox.inbox.reference import Reference
from supportbox.people.agent import Agent

Status = Literal["open", "waiting", "closed", "spam"]
STATUSES: tuple[str, ...] = get_args(Status)
# Partial indices serve only queries that say the same words: import these, do not write them again.
LIVE = text("deleted_at IS NULL AND merged_into_id IS NULL AND snoozed_until IS NULL")
SNOOZED = text("snoozed_until IS NOT NULL")
DELETED = text("deleted_at IS NOT NULL")
LIVE_ORDER = ("status", "waiting_since", "id", "assignee_id", "mailbox_id")


class Ticket(Base):
    """`version` grows with every change, so that a page can tell whether something happened since it was drawn."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_folder", "status", "assignee_id", "waiting_since", "id"),
        Index("ix_ticket_live", *LIVE_ORDER, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_ticket_snoozed", "snoozed_until", "id", sqlite_where=SNOOZED, postgresql_where=SNOOZED),
        Index("ix_ticket_deleted", "deleted_at", "id", sqlite_where=DELETED, postgresql_where=DELETED),
        Index("ix_ticket_recent", "status", "updated_at", "id"),
        Index("ix_ticket_status", "status", "id"),  # the newest of a status, whatever else is asked for
        Index("ix_ticket_customer", "customer_id", "id"),
        {"sqlite_autoincrement": True},  # a number once given is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_key: Mapped[str]  # without reply prefixes and reference, folded: how a lost thread is found
    status: Mapped[str] = mapped_column(default="open")
    language: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    may_belong_to_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    answer_to: Mapped[str] = mapped_column(default="")  # the first letter's Reply-To; later ones change nothing
    preview: Mapped[str] = mapped_column(default="")
    message_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    link_epoch: Mapped[int] = mapped_column(default=0)  # grows when all links to the customer's page must end
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    customer_at: Mapped[datetime | None]  # the customer's last words
    waiting_since: Mapped[datetime | None]  # since when the customer waits for us
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]  # its words are gone for good; the row stays for the figures

    @property
    def reference(self) -> str:
        return str(Reference(self.id))

    def assign(self, assignee: Agent | None, *, by: Agent | None, at: datetime) -> None:
        """Give it to an agent, or back to nobody."""
        assignee_id = assignee.id if assignee else None
        if assignee_id != self.assignee_id:
            self.assignee_id = assignee_id
            self._note("assigned" if assignee else "unassigned", by, at, assignee=assignee.name if assignee else None)

    def close(self, *, by: Agent | None, at: datetime) -> None:
        if self.status != "closed":
            self.status, self.closed_at, self.waiting_since = "closed", at, None
            self._note("closed", by, at)

    def reopen(self, *, by: Agent | None, at: datetime) -> None:
        """Back among the open ones; the customer waits again since their last words, if those were the last."""
        if self.status != "open":
            was, self.status, self.closed_at = self.status, "open", None
            self.waiting_since = self.customer_at
            self._note("reopened", by, at, was=was)

    def wait(self, *, by: Agent | None, at: datetime) -> None:
        """It is the customer's turn."""
        if self.status != "waiting":
            self.status, self.closed_at = "waiting", None
            self._note("set_waiting", by, at)
        self.waiting_since = None

    def mark_spam(self, *, by: Agent | None, at: datetime) -> None:
        if self.status != "spam":
            self.status, self.waiting_since = "spam", None
            self._note("marked_spam", by, at)

    def touch(self, at: datetime, *, stops_sending: bool = True) -> None:
        """Something changed: pages drawn before know it by the version.

        A colleague who is just writing an answer need not stop for everything, such as a new tag."""
        if stops_sending:
            self.version += 1
        self.updated_at = at

    def _note(self, kind: str, by: Agent | None, at: datetime, **data: Any) -> None:
        session = object_session(self)
        if session is None:
            raise RuntimeError("a ticket changes only within a session")
        record(session, kind, at=at, ticket_id=self.id, agent_id=by.id if by else None, **data)
        self.touch(at)


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class TicketTag(Base):
    __tablename__ = "ticket_tag"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)


class Participant(Base):
    """A contact that may write into a ticket besides its customer's own."""

    __tablename__ = "participant"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    is_accepted: Mapped[bool] = mapped_column(default=False)  # an agent said yes: only then is anything mailed to it
