"""Articles' tickets: every reply that links to an article of ours is written down beside that article."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.inbox.event import Bookmark, Event
from supportbox.inbox.message import Message
from supportbox.kb.ticket_link import articles_at, note_ticket
from supportbox.store import transaction

READER = "article-links"
BATCH = 500
MOST_LINKS = 20

_NEWEST = select(func.max(Event.id))
Reply = tuple[int, datetime, str]


def link_articles(session: Session) -> None:
    """Follow the events up to the newest; the bookmark moves with what is written, or when it lies far behind."""
    newest = session.scalar(_NEWEST) or 0
    kept = session.scalar(select(Bookmark.event_id).where(Bookmark.reader == READER)) or 0
    reached = max(kept, current_app.extensions.get(READER, 0))
    while reached < newest:
        replies, reached = _replies(session, reached)
        if replies or reached - kept > BATCH // 2:
            kept = reached
            with transaction() as writing:
                _link(writing, replies)
                writing.merge(Bookmark(reader=READER, event_id=reached))
    current_app.extensions[READER] = reached
    session.commit()


def _link(session: Session, replies: Sequence[Reply]) -> None:
    for number, at, text in replies:
        for article_id in articles_at(session, _places(text)):
            note_ticket(session, article_id, number, "linked", at=at)


def _replies(session: Session, reached: int) -> tuple[Sequence[Reply], int]:
    """The replies among the next events, and how far that reads."""
    reach = select(Event.id).where(Event.id > reached).order_by(Event.id).limit(BATCH)
    ids = session.scalars(reach).all()
    said = (
        select(Message.ticket_id, Message.at, Message.text)
        .join(Event, Event.message_id == Message.id)
        .where(Event.id > reached, Event.id <= ids[-1], Event.kind == "replied", Message.text.contains("/help/"))
        .order_by(Event.id)
    )
    found = [(number, at, text) for number, at, text in session.execute(said)]
    session.commit()
    return found, ids[-1]


def _places(text: str) -> Iterator[tuple[str, str]]:
    base = re.escape(cast(Settings, current_app.extensions["settings"]).base_url)
    for number, found in enumerate(re.finditer(rf"{base}/help/([a-zA-Z-]{{2,11}})/a/([\w.-]{{1,200}})", text)):
        if number == MOST_LINKS:
            return
        yield found[1], found[2].rstrip(".")
