"""The short answer for monitors: which components are not well. No addresses, no sentences, no secrets."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.doctor.channels import down_channels
from supportbox.doctor.mail import stale_mailboxes
from supportbox.doctor.running import is_index_well, is_worker_elsewhere, is_worker_running
from supportbox.kb.searcher import Searcher


def unwell(session: Session, settings: Settings, searcher: Searcher, *, asks_worker: bool, now: datetime) -> list[str]:
    """Names out of database, index, worker, mailbox, channel; none when all is well."""
    found = []
    is_working = is_worker_running(settings.instance)
    try:
        session.execute(text("SELECT 1"))
        is_working = is_working or is_worker_elsewhere(session, now=now)
        if not is_index_well(session, searcher):
            found.append("index")
        if stale_mailboxes(session, now=now):
            found.append("mailbox")
        if down_channels(session, now=now):
            found.append("channel")
    except SQLAlchemyError:
        found = ["database"]
    if asks_worker and not is_working:
        found.append("worker")
    return found
