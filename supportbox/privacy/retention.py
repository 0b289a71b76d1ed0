"""Retention: what is forgotten by itself when it is old enough, in small pieces, and how much that would be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.inbox.intake import Intake
from supportbox.inbox.merge import Merge
from supportbox.inbox.ticket import Ticket
from supportbox.people.business import Business, load_business
from supportbox.privacy.emptying import empty_ticket, forget_letters
from supportbox.store import db, transaction

BATCH = 20
MONTH = timedelta(days=30)
Rule = tuple[Any, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Due:
    """How much a set of rules would forget now: tickets in spam and deleted, closed tickets, letters as they came."""

    purged: int
    closed: int
    letters: int


def count_due(session: Session, rules: Business, *, now: datetime) -> Due:
    """Nothing is changed."""
    purged, closed, letters = (
        session.scalar(select(func.count()).select_from(model).where(which)) or 0
        for model, which in (
            (Ticket, _purged(rules, now)),
            (Ticket, _closed(rules, now)),
            (Intake, _letters(rules, now)),
        )
    )
    return Due(purged, closed, letters)


def forget_batch(settings: Settings, *, now: datetime) -> int:
    """One small piece of what is due, in an application context; 0 when nothing is left."""
    session = db.session()
    rules = load_business(session)
    tickets = _some(session, Ticket.id, or_(_purged(rules, now), _closed(rules, now)))
    letters = [] if tickets else _some(session, Intake.id, _letters(rules, now), BATCH * 10)
    session.commit()
    if not tickets and not letters:
        return 0
    with transaction() as writing:
        for number in tickets:
            empty_ticket(writing, settings, number, now=now)
            # What came into it is emptied with it; an erasure needs to know only what came into others.
            writing.execute(delete(Merge).where(Merge.into_id == number))
            ticket = writing.get_one(Ticket, number)
            if ticket.status == "spam":
                ticket.deleted_at = ticket.deleted_at or now  # out of the folder: there is nothing to read in it
        if letters:
            forget_letters(writing, settings, select(Intake.id).where(Intake.id.in_(letters)))
    return len(tickets) + len(letters)


def _some(session: Session, column: Any, which: ColumnElement[bool], limit: int = BATCH) -> list[int]:
    return list(session.scalars(select(column).where(which).order_by(column).limit(limit)))


def _purged(rules: Business, now: datetime) -> ColumnElement[bool]:
    """Spam that nothing happened in, and what was deleted, so long ago."""
    return _older(
        rules.purge_days,
        lambda day: and_(
            Ticket.erased_at.is_(None),
            or_(and_(Ticket.status == "spam", Ticket.updated_at < day), Ticket.deleted_at < day),
        ),
        now,
    )


def _closed(rules: Business, now: datetime) -> ColumnElement[bool]:
    return _older(
        rules.forget_months * MONTH.days,
        lambda day: and_(Ticket.erased_at.is_(None), Ticket.status == "closed", Ticket.closed_at < day),
        now,
    )


def _letters(rules: Business, now: datetime) -> ColumnElement[bool]:
    """Letters that were understood, as they came: the messages made of them stay."""
    return _older(
        rules.raw_days,
        lambda day: and_(Intake.state.in_(("done", "own")), Intake.kept_at < day, Intake.path != ""),
        now,
    )


def _older(days: int, which: Callable[[datetime], ColumnElement[bool]], now: datetime) -> ColumnElement[bool]:
    return which(now - timedelta(days=days)) if days else which(datetime.min.replace(tzinfo=now.tzinfo))
