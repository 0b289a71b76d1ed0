"""Continue here: a link that takes one person with one ticket from one channel to another, once, within a day.

The first contact that comes with its token is the one that it is for from then on. Whoever brings it later is told
nothing, and what they write is a matter of their own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.inbox.customer_merging import merge_customers
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.contacts import prove
from supportbox.people.customer import Customer
from supportbox.people.token import hash_token, make_token

LASTS = timedelta(hours=24)


class Continuation(Base):
    """`contact_id` is whom it was sent to, `used_by` who came with it. A row outlives what it names."""

    __tablename__ = "continuation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    contact_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str]  # where it leads to
    agent_id: Mapped[int | None]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or self.ends_at <= now


def invite(
    session: Session, ticket: Ticket, channel: str, *, contact_id: int | None, by: Agent | None, now: datetime
) -> str:
    """A new link's token. Those before it to the same channel that nobody used are over."""
    unused = Continuation.used_by.is_(None), Continuation.revoked_at.is_(None)
    old = update(Continuation).where(Continuation.ticket_id == ticket.id, Continuation.channel == channel, *unused)
    session.execute(old.values(revoked_at=now))
    token = make_token()
    session.add(
        Continuation(
            token_hash=hash_token(token),
            ticket_id=ticket.id,
            contact_id=contact_id,
            channel=channel,
            agent_id=by.id if by else None,
            created_at=now,
            ends_at=now + LASTS,
        )
    )
    record(session, "continuation_sent", at=now, ticket_id=ticket.id, agent_id=by.id if by else None, channel=channel)
    session.flush()
    return token


def find_continuation(session: Session, token: str) -> Continuation | None:
    """The link of a token, over or not."""
    hashed = hash_token(token)
    return session.scalar(select(Continuation).where(Continuation.token_hash == hashed)) if hashed else None


def claim(session: Session, token: str, contact_id: int, *, now: datetime) -> int | None:
    """The number of the ticket, for the first contact that brings the token, and for nobody else."""
    found = find_continuation(session, token)
    if found is None or found.is_over(now):
        return None
    if found.used_by is None:
        # Of two who come at the same moment, the database lets one be the first.
        session.execute(
            update(Continuation)
            .where(Continuation.id == found.id, Continuation.used_by.is_(None), Continuation.revoked_at.is_(None))
            .values(used_by=contact_id, used_at=now)
        )
        session.refresh(found)
    return found.ticket_id if found.used_by == contact_id else None


def join(session: Session, ticket: Ticket, contact_id: int, channel: str, *, now: datetime) -> None:
    """Whoever came with the token is the customer on another channel. One with a history of their own keeps it, and
    takes part: a link that somebody passed on must not open what they said before."""
    contact = session.get_one(Contact, contact_id)
    prove(session, contact_id, "link", now=now)
    if contact.customer_id == ticket.customer_id:
        return
    kept, other = session.get_one(Customer, ticket.customer_id), session.get_one(Customer, contact.customer_id)
    if _is_new(session, other):
        merge_customers(session, kept, other, by=None, at=now)
    else:
        _let_take_part(session, ticket, contact)
    record(session, "continued", at=now, ticket_id=ticket.id, channel=channel)
    session.flush()


def revoke(session: Session, ticket: Ticket, number: int, *, by: Agent, now: datetime) -> None:
    """End a link that nobody has used."""
    found = session.get(Continuation, number)
    if found and found.ticket_id == ticket.id and found.revoked_at is None:
        found.revoked_at = now
        record(session, "continuation_revoked", at=now, ticket_id=ticket.id, agent_id=by.id, channel=found.channel)
        session.flush()


def list_open(connection: Connection, ticket_id: int, *, now: datetime) -> Sequence[tuple[int, str, datetime]]:
    """Links of this ticket that are good and that nobody has used: number, channel, end."""
    query = select(Continuation.id, Continuation.channel, Continuation.ends_at).where(
        Continuation.ticket_id == ticket_id,
        Continuation.used_by.is_(None),
        Continuation.revoked_at.is_(None),
        Continuation.ends_at > now,
    )
    return [(row.id, row.channel, row.ends_at) for row in connection.execute(query.order_by(Continuation.id))]


def _is_new(session: Session, customer: Customer) -> bool:
    """Known by this one contact alone, and nothing of theirs was here before."""
    theirs = select(Contact.id).where(Contact.customer_id == customer.id)
    tickets = select(func.count(Ticket.id)).where(Ticket.customer_id == customer.id)
    return len(session.scalars(theirs).all()) == 1 and not session.scalar(tickets) and customer.erased_at is None


def _let_take_part(session: Session, ticket: Ticket, contact: Contact) -> None:
    participant = session.get(Participant, (ticket.id, contact.id))
    if participant is None:
        participant = Participant(ticket_id=ticket.id, contact_id=contact.id, is_accepted=True)
        session.add(participant)
    participant.is_accepted = True
