"""Coming by a "continue here" link: from the token to the ticket, whatever the channel."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.inbox.continuation import claim, find_continuation, join
from supportbox.inbox.matching import follow
from supportbox.inbox.ticket import Ticket


def redeem(session: Session, token: str, contact_id: int, *, channel: str, now: datetime) -> Ticket | None:
    """The ticket, for the first contact that comes with the token; the contact is the customer's from here on. None
    for everybody else, and for a link that is over."""
    number = claim(session, token, contact_id, now=now)
    ticket = follow(session, number) if number else None
    if ticket:
        join(session, ticket, contact_id, channel, now=now)
    return ticket


def offered(session: Session, token: str, *, now: datetime) -> tuple[Ticket, str, bool] | None:
    """What a link offers before anybody comes with it: its ticket, where it leads, whether somebody has used it."""
    found = find_continuation(session, token)
    if found is None or found.is_over(now):
        return None
    ticket = follow(session, found.ticket_id)
    return (ticket, found.channel, found.used_by is not None) if ticket else None
