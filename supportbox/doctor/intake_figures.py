"""What became of the letters that were seen: imported, or not and why. Counted over the newest, so the cost is flat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message

NEWEST = 5_000
MOST_SKIPPED = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the newest letters of one mailbox."""

    seen: int = 0
    imported: int = 0
    waiting: int = 0

    @property
    def skipped(self) -> int:
        return self.seen - self.imported - self.waiting


@dataclass(frozen=True, slots=True)
class Skipped:
    """A letter that became no message of its own, and why."""

    intake_id: int
    mailbox_id: int
    state: str
    reason: str
    message_id: str
    kept_at: datetime
    ticket_id: int | None
    has_raw: bool


def figures(session: Session) -> dict[int, Figures]:
    """For each mailbox that has letters among the newest."""
    rows = session.execute(
        select(
            Intake.mailbox_id,
            func.count(),
            func.count(Message.id),
            func.sum(case((Intake.state == "stored", 1), else_=0)),
        )
        .outerjoin(Message, Message.intake_id == Intake.id)
        .where(Intake.id > _oldest(session))
        .group_by(Intake.mailbox_id)
    )
    return {mailbox: Figures(seen, imported, waiting or 0) for mailbox, seen, imported, waiting in rows}


def skipped(session: Session) -> Sequence[Skipped]:
    """The newest of those that became no message, newest first."""
    rows = session.execute(
        select(
            Intake.id,
            Intake.mailbox_id,
            Intake.state,
            Intake.reason,
            Intake.message_id,
            Intake.kept_at,
            Intake.ticket_id,
            Intake.path != "",
        )
        .outerjoin(Message, Message.intake_id == Intake.id)
        .where(Intake.id > _oldest(session), Intake.state != "stored", Message.id.is_(None))
        .order_by(Intake.id.desc())
        .limit(MOST_SKIPPED)
    )
    return [Skipped(*row) for row in rows]


def _oldest(session: Session) -> int:
    return (session.scalar(select(func.max(Intake.id))) or 0) - NEWEST
