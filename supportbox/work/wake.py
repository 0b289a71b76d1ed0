"""What waits for a time: tickets that were put aside come back, and articles that were scheduled are published."""

from datetime import datetime

from sqlalchemy import exists, select

from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.writing import publish_due
from supportbox.store import db, transaction


def wake(now: datetime) -> int:
    """Bring back every ticket whose time has come; returns how many."""
    due = (Ticket.snoozed_until.is_not(None), Ticket.snoozed_until <= now)
    # Asked first without taking the write lock: nearly always there is none.
    is_due = db.session.scalar(select(exists().where(*due)))
    db.session.commit()
    if not is_due:
        return 0
    with transaction() as session:
        tickets = session.scalars(select(Ticket).where(*due)).all()
        for ticket in tickets:
            ticket.snoozed_until = None
            record(session, "woke", at=now, ticket_id=ticket.id)
            ticket.reopen(by=None, at=now)
            ticket.touch(now)
    return len(tickets)


def publish(now: datetime) -> int:
    """Publish every article whose time has come; returns how many."""
    is_due = db.session.scalar(select(exists().where(Article.publish_at <= now)))
    db.session.commit()
    if not is_due:
        return 0
    with transaction() as session:
        return publish_due(session, record, now)
