"""Chats whose visitor has left: what they did not fetch becomes letters before anything else is delivered."""

from datetime import datetime

from supportbox.inbox.chat_mail import hand_over, left_behind
from supportbox.store import db
from supportbox.work.lease import guarded


def mail_what_was_left(now: datetime) -> None:
    """A glance where nothing was."""
    session = db.session()
    is_any = session.scalar(left_behind(now).limit(1)) is not None
    session.commit()
    if is_any:
        with guarded() as writer:
            hand_over(writer, now=now)
