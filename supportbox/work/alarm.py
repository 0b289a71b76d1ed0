"""Telling of an outage by another way: one letter to those who can mend it, once an outage."""

import logging
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supportbox.channels.channel import Clock
from supportbox.channels.kinds import open_channel
from supportbox.config import Settings
from supportbox.doctor.mail import stale_mailboxes
from supportbox.errors import DeliveryError
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.business import load_business
from supportbox.store import db
from supportbox.work.lease import guarded

log = logging.getLogger("supportbox.work")


def untold(session: Session, clock: Clock) -> list[Mailbox]:
    """Mailboxes that stand still and of which nobody has been told by mail."""
    found = [box for box in stale_mailboxes(session, now=clock()) if box.alarmed_at is None]
    session.commit()
    return found


def tell(settings: Settings, clock: Clock) -> None:
    """Send the letters that are due, if there is a mailbox to send them by. In an application context."""
    session = db.session()
    broken = untold(session, clock)
    standing = {box.id for box in stale_mailboxes(session, now=clock())}
    ways = session.scalars(select(Mailbox).where(Mailbox.is_active, Mailbox.smtp_url != "").order_by(Mailbox.id)).all()
    way = next((box for box in ways if box.id not in standing), None)
    people = session.scalars(select(Agent).where(Agent.is_active, Agent.role.in_(("owner", "admin")))).all()
    is_sending = load_business(session).is_sending
    session.commit()
    if way and people and is_sending:
        for box in broken:
            _tell_of(box, way, people, settings, clock)


def _tell_of(box: Mailbox, way: Mailbox, people: Sequence[Agent], settings: Settings, clock: Clock) -> None:
    # Noted before it is sent: an outage that is told twice is worse than one that is told late.
    _note(box, clock)
    channel = open_channel(settings, way)
    has_left = False
    try:
        for agent in people:
            channel.tell(box, agent.email, agent.language or "en", at=clock())
            has_left = True
    except DeliveryError as error:
        log.warning("the outage of mailbox %d could not be told by mail: %s", box.id, error)
        if not (has_left or error.uncertain):
            _note(box, None)
    finally:
        channel.close()


def _note(box: Mailbox, clock: Clock | None) -> None:
    with guarded() as session:
        at = clock() if clock else None
        session.execute(update(Mailbox).where(Mailbox.id == box.id).values(alarmed_at=at))
