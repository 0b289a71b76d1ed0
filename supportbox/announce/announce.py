"""Follow the events: write a notice for everybody who wants to hear of one, then the letters that are due."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from supportbox.announce.letters import is_letter_due, write_letters
from supportbox.announce.whom import Told, whom_to_tell
from supportbox.base import insert_row
from supportbox.config import Settings
from supportbox.inbox.desk_letter import has_way_out
from supportbox.inbox.event import Bookmark, Event
from supportbox.inbox.notice import Notice
from supportbox.people.agent import Agent
from supportbox.people.business import load_business
from supportbox.people.notice_matrix import is_wanted
from supportbox.store import db, transaction

READER = "notices"
BATCH = 500
STALE = timedelta(days=1)  # after a pause or a restore nobody wants to hear of last week
KEPT = timedelta(days=90)
PAUSE = timedelta(minutes=5)  # between two letters to one agent about one ticket
_NEWEST = select(func.max(Event.id))


def announce(settings: Settings, now: datetime) -> None:
    """One look at what happened; it costs three small questions while nothing did. In an application context."""
    session = db.session()
    newest = session.scalar(_NEWEST) or 0
    kept = session.scalar(select(Bookmark.event_id).where(Bookmark.reader == READER))
    reached = max(kept or 0, current_app.extensions.get(READER, 0))
    if reached < newest and READER not in current_app.extensions:
        reached = max(reached, _last_stale(session, now))
    while reached < newest:
        told, through = whom_to_tell(session, reached, BATCH, now=now)
        session.commit()
        if told or through - (kept or 0) > BATCH // 2:
            kept = through
            with transaction() as writing:
                _write(writing, told, now)
                writing.merge(Bookmark(reader=READER, event_id=through))
        reached = through
    current_app.extensions[READER] = reached
    is_due = is_letter_due(session, now)
    session.commit()
    if is_due:
        with transaction() as writing:
            write_letters(writing, settings, now=now)


def _last_stale(session: Session, now: datetime) -> int:
    """The newest event that is too old to tell of: found from the end, so that a long history costs nothing."""
    old = select(Event.id).where(Event.at < now - STALE).order_by(Event.id.desc()).limit(1)
    return session.scalar(old) or 0


def _write(session: Session, told: Sequence[Told], now: datetime) -> None:
    numbers = {one.agent_id for one in told}
    agents = {agent.id: agent for agent in session.scalars(select(Agent).where(Agent.id.in_(numbers)))}
    can_write = has_way_out(session) and load_business(session).is_sending
    for one in told:
        wishes = agents[one.agent_id].notices or {}
        has_letter = can_write and is_wanted(wishes, one.kind, "letter")
        is_shown = is_wanted(wishes, one.kind, "browser")
        if (is_shown or has_letter) and not _is_known(session, one):
            insert_row(
                session,
                Notice,
                agent_id=one.agent_id,
                event_id=one.event_id,
                ticket_id=one.ticket_id,
                message_id=one.message_id,
                by_id=one.by_id,
                kind=one.kind,
                at=one.at,
                is_shown=is_shown,
                letter_due_at=_letter_due(session, one, now) if has_letter else None,
            )
    _forget_old(session, now)


def _is_known(session: Session, one: Told) -> bool:
    known = select(Notice.id).where(Notice.event_id == one.event_id, Notice.agent_id == one.agent_id)
    return session.scalar(known) is not None


def _letter_due(session: Session, one: Told, now: datetime) -> datetime:
    """At once, or a while after the last letter to this agent about this ticket: what happens meanwhile goes along."""
    same = (Notice.agent_id == one.agent_id, Notice.ticket_id == one.ticket_id)
    last = session.scalar(select(func.max(Notice.lettered_at)).where(*same))
    return max(now, last + PAUSE) if last else now


def _forget_old(session: Session, now: datetime) -> None:
    """The oldest few hundred are looked at whenever something is written: that is enough to keep up."""
    first = session.execute(select(Notice.id, Notice.at).order_by(Notice.id).limit(300)).all()
    over = [number for number, at in first if at < now - KEPT]
    if over:
        session.execute(delete(Notice).where(Notice.id.in_(over)))
