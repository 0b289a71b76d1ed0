"""What is forgotten by itself: once a day what is old enough, and the database file written anew after an erasure."""

from datetime import datetime, timedelta

from flask import current_app

from supportbox.config import Settings
from supportbox.privacy.retention import forget_batch
from supportbox.privacy.scrub import is_scrub_due, scrub
from supportbox.store import db, transaction

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# A larger file is written anew at night: nobody else can write meanwhile.
BIG = 300_000_000
NIGHT = range(1, 5)


def forget(settings: Settings, now: datetime) -> int:
    """One small piece at every look until nothing is due, then none for a day."""
    if now < current_app.extensions.get("forget_at", now):
        return 0
    done = forget_batch(settings, now=now)
    if not done:
        # Loaded on use: whoever only looks does not pay for what speaks IMAP.
        from supportbox.channels.email.wizard import purge_unsaved

        with transaction() as session:
            purge_unsaved(session, now)
        current_app.extensions["forget_at"] = now + DAY
    return done


def clean(now: datetime) -> None:
    """Write the database file anew when an erasure asked for it."""
    session = db.session()
    is_due = is_scrub_due(session)
    session.commit()
    if is_due and (_size() < BIG or now.hour in NIGHT) and now >= current_app.extensions.get("clean_at", now):
        # Where readers are in the way it is tried again, but not at every look.
        current_app.extensions["clean_at"] = now if scrub() else now + timedelta(minutes=1)


def _size() -> int:
    if db.engine.dialect.name != "sqlite":
        return 0
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)
