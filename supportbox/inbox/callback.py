"""Call-backs: somebody asked to be called, at which number and when, and what came of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKey, Index, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base, insert_row
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.event import record
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.receive import receive
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.business import load_business
from supportbox.people.contact import Contact
from supportbox.people.contact_value import normalise
from supportbox.people.contacts import find
from supportbox.people.opening_hours import OpeningHours

# By whom or where it was asked: by an agent who notes it, or by the customer on one of our pages or by the menu.
ASKED = ("agent", "page", "form", "widget", "voice")
OUTCOMES = ("reached", "no-answer", "not-needed")
SOON, CLOSING = timedelta(hours=2), timedelta(minutes=30)
LONGEST_NAME, LONGEST_CONTEXT, LATEST = 120, 2000, timedelta(days=92)
# Say it in these words, or the index is not used.
OPEN = text("done_at IS NULL")


class Slot(NamedTuple):
    """From when on, and until when at the latest."""

    start: datetime
    end: datetime


class Callback(Base):
    """`phone` is in E.164; it is a claim as long as no contact of the ticket's customer says otherwise."""

    __tablename__ = "callback"
    __table_args__ = (
        Index("ix_callback_ticket", "ticket_id"),
        Index("ix_callback_open", "slot_to", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    phone: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    slot_from: Mapped[datetime]
    slot_to: Mapped[datetime]
    asked_how: Mapped[str]
    asked_at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))  # who did it
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    once: Mapped[str | None] = mapped_column(unique=True)  # the same however often the same wish is sent
    tries: Mapped[int] = mapped_column(default=0)  # how often nobody answered


_COUNT = (
    select(func.count())
    .select_from(Callback)
    .join(Ticket, Ticket.id == Callback.ticket_id)
    .where(OPEN, Ticket.deleted_at.is_(None), Ticket.status != "spam")
)


def ask_for_call(
    session: Session,
    *,
    phone: str,
    slot: Slot,
    now: datetime,
    how: str,
    region: str,
    ticket: Ticket | None = None,
    name: str = "",
    context: str = "",
    language: str = "",
    by: Agent | None = None,
    once: str = "",
) -> Callback:
    """Note that somebody wants to be called. Asked again in the same ticket, the number and the slot change.

    Without a ticket it opens one, by the number alone: whose number it is, is a claim that joins nothing. With a
    ticket the caller has proven that it is theirs. Refuses what is no number and a time that is past or far away.
    With a known `once` it changes nothing: somebody may have called by now."""
    known = session.scalar(select(Callback).where(Callback.once == once)) if once else None
    if known:
        return known
    stored = normalise("phone", phone, region=region)
    slot = _checked(slot, now)
    if ticket is None:
        ticket = _opened(session, stored, name, context, language, now)
    else:
        _remember(session, ticket, stored, now)
    callback = session.scalar(select(Callback).where(Callback.ticket_id == ticket.id, OPEN))
    if callback is None:
        callback = Callback(ticket_id=ticket.id, asked_how=how, asked_at=now)
        session.add(callback)
    callback.phone, callback.slot_from, callback.slot_to = stored, slot.start, slot.end
    callback.once = once or callback.once
    callback.name = " ".join(name.split())[:LONGEST_NAME] or callback.name or ""
    session.flush()
    _tell(session, ticket, slot, how, by, now)
    return callback


def _tell(session: Session, ticket: Ticket, slot: Slot, how: str, by: Agent | None, now: datetime) -> None:
    agent_id, start, end = by.id if by else None, slot.start.isoformat(), slot.end.isoformat()
    record(session, "callback_asked", at=now, ticket_id=ticket.id, agent_id=agent_id, start=start, end=end, how=how)
    if by is None:
        _wait_for_us(ticket, now)
    ticket.touch(now)


def note_wish(session: Session, incoming: Incoming, ticket_id: int, *, now: datetime) -> None:
    """Whoever pressed the key is called back; nobody calls what was blocked."""
    if incoming.wants_call and incoming.verdict == "deliver":
        ticket, phone = session.get_one(Ticket, ticket_id), incoming.sender.value
        slot = soonest(now, load_business(session).hours)
        ask_for_call(session, ticket=ticket, phone=phone, slot=slot, now=now, how="voice", region="FR")


def finish(session: Session, callback: Callback, outcome: str, *, by: Agent, at: datetime) -> None:
    """It was done, or need not be done any more. A second press changes nothing."""
    _check_may(by)
    if outcome not in OUTCOMES:
        raise Refused("Say what came of the call.")
    if callback.done_at is None:
        callback.done_at, callback.agent_id, callback.outcome = at, by.id, outcome
        record(session, "callback_done", at=at, ticket_id=callback.ticket_id, agent_id=by.id, outcome=outcome)
        session.get_one(Ticket, callback.ticket_id).touch(at, stops_sending=False)
        session.flush()


def try_again(session: Session, callback: Callback, *, by: Agent, at: datetime, after: timedelta) -> None:
    """Nobody answered: due again later, or brought back after it was called done too early."""
    _check_may(by)
    length = callback.slot_to - callback.slot_from
    callback.done_at, callback.agent_id, callback.outcome = None, None, ""
    callback.tries += 1
    callback.slot_from = at + after
    callback.slot_to = callback.slot_from + max(length, timedelta(hours=1))
    start = callback.slot_from.isoformat()
    record(session, "callback_again", at=at, ticket_id=callback.ticket_id, agent_id=by.id, start=start)
    session.get_one(Ticket, callback.ticket_id).touch(at, stops_sending=False)
    session.flush()


def callbacks_of(session: Session, ticket: Ticket) -> list[Callback]:
    """Those of a ticket that are still to be made, also of tickets merged into it, the earliest first."""
    here = select(Ticket.id).where(or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id))
    query = select(Callback).where(OPEN, Callback.ticket_id.in_(here))
    return list(session.scalars(query.order_by(Callback.slot_to, Callback.id)))


def count_callbacks(connection: Connection, hidden: Collection[int] = ()) -> int:
    """How many calls wait to be made, without those of mailboxes that somebody may not know of."""
    query = _COUNT.where(or_(Ticket.mailbox_id.is_(None), Ticket.mailbox_id.not_in(hidden))) if hidden else _COUNT
    return int(connection.execute(query).scalar_one())


def soonest(now: datetime, hours: OpeningHours | None = None) -> Slot:
    """As soon as somebody can: late after two hours, and only while it is open where hours are given."""
    for start, end in hours.spans(now) if hours else ():
        if start > now + LATEST:
            break
        # So shortly before it closes nobody may be able to; a period may be as short by itself.
        if end - max(start, now) >= min(CLOSING, end - start):
            return Slot(max(start, now), min(end, max(start, now) + SOON))
    return Slot(now, now + SOON)


def _wait_for_us(ticket: Ticket, now: datetime) -> None:
    """Whoever asks to be called waits for us, also where the last words were ours."""
    ticket.snoozed_until = None
    if ticket.status in ("waiting", "closed"):
        ticket.reopen(by=None, at=now)
    ticket.waiting_since = ticket.waiting_since or now


def _check_may(by: Agent) -> None:
    if not by.can_reply:
        raise Forbidden("Light agents can add notes, but not call customers.")


def _checked(slot: Slot, now: datetime) -> Slot:
    if slot.end <= now or slot.end <= slot.start:
        raise Refused("Choose a time for the call that is still to come.")
    if slot.start > now + LATEST:
        raise Refused("Choose a time for the call within three months.")
    return slot


def _opened(session: Session, phone: str, name: str, context: str, language: str, now: datetime) -> Ticket:
    """A new ticket of whoever has this number. As by a form: what was typed is nobody's talk, and nothing goes on."""
    words = context.strip()[:LONGEST_CONTEXT]
    incoming = Incoming("form", Sender("phone", phone, name.strip()[:LONGEST_NAME]), "", words, now, language=language)
    first = words.splitlines()[0][:80] if words else "Call-back"
    receipt = receive(session, replace(incoming, subject=first), now=now)
    return session.get_one(Ticket, receipt.ticket_id)


def _remember(session: Session, ticket: Ticket, phone: str, now: datetime) -> None:
    """Keep the number with the customer, unproven, unless it is somebody else's."""
    if find(session, "phone", phone) is None:
        insert_row(session, Contact, customer_id=ticket.customer_id, kind="phone", value=phone, created_at=now)
