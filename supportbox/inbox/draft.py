"""Drafts: what an agent is writing in a ticket and has not sent, kept on the server so that no tab can lose it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, Row, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Refused

MODES = ("reply", "note", "forward")
MOST_BYTES = 2_000_000


class Draft(Base):
    """`ticket_id` is 0 for a ticket that is not begun yet. A row stays when its words were sent: it knows their token.

    A late copy of words that were sent already must not come back as a draft."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("agent_id", "ticket_id", "mode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    ticket_id: Mapped[int] = mapped_column(default=0, index=True)
    mode: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
    sent_token: Mapped[str] = mapped_column(default="")
    is_discarded: Mapped[bool] = mapped_column(default=False)


_HERE = select(Draft.mode, Draft.fields, Draft.at, Draft.sent_token, Draft.is_discarded).where(
    Draft.agent_id == bindparam("agent"), Draft.ticket_id == bindparam("ticket")
)


def list_drafts(connection: Connection, agent_id: int, ticket_id: int) -> dict[str, Row[Any]]:
    """What this agent left in this ticket, by mode; also what was sent or discarded last."""
    return {row.mode: row for row in connection.execute(_HERE, {"agent": agent_id, "ticket": ticket_id})}


def keep_draft(
    session: Session,
    agent_id: int,
    ticket_id: int,
    mode: str,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    send_token: str = "",
) -> bool:
    """Keep it in place of what was kept before; False when these words were sent meanwhile."""
    if sum(len(str(value).encode("utf-8", "replace")) for value in fields.values()) > MOST_BYTES:
        raise Refused("This draft is larger than 2 MB: it stays in your browser. Attach the long part as a file.")
    draft = _get_or_make(session, agent_id, ticket_id, mode, now)
    if send_token and draft.sent_token == send_token:
        return False
    draft.fields, draft.at, draft.is_discarded = dict(fields), now, False
    session.flush()
    return True


def drop_draft(
    session: Session, agent_id: int, ticket_id: int, mode: str, *, now: datetime, send_token: str = ""
) -> None:
    """Its words are sent."""
    draft = _get_or_make(session, agent_id, ticket_id, mode, now)
    draft.fields, draft.at, draft.sent_token, draft.is_discarded = {}, now, send_token, False
    session.flush()


def discard(
    session: Session, agent_id: int, ticket_id: int, mode: str, *, now: datetime, is_discarded: bool = True
) -> None:
    """Not wanted, or wanted again after all."""
    draft = _find(session, agent_id, ticket_id, mode)
    if draft is not None:
        draft.is_discarded, draft.at = is_discarded, now
        session.flush()


def _find(session: Session, agent_id: int, ticket_id: int, mode: str) -> Draft | None:
    return session.scalar(
        select(Draft)
        .where(Draft.agent_id == agent_id, Draft.ticket_id == ticket_id, Draft.mode == mode)
        .execution_options(populate_existing=True)
    )


def _get_or_make(session: Session, agent_id: int, ticket_id: int, mode: str, now: datetime) -> Draft:
    if mode not in MODES:
        raise Refused("This is no draft of a reply, a note or a forward.")
    draft = _find(session, agent_id, ticket_id, mode)
    if draft is None:
        draft = Draft(agent_id=agent_id, ticket_id=ticket_id, mode=mode, fields={}, at=now, sent_token="")
        session.add(draft)
    return draft
