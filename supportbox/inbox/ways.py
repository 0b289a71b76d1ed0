"""Ways to answer: by which contacts of its customer a ticket can be answered now, and why not by the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.errors import Refused
from supportbox.inbox.answer_choice import find_choice
from supportbox.inbox.chat import GONE
from supportbox.inbox.chat import KIND as CHAT
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import TALK, Message
from supportbox.inbox.parcel import UNKNOWN
from supportbox.inbox.suppression import is_suppressed
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

# A kind of contact: the channels that reach it. A number that somebody called from can be sent a text message.
REACHED_BY: Mapping[str, tuple[str, ...]] = {"phone": ("sms",), "account": ("webhook",)}
Windows = Mapping[str, timedelta | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One contact by one channel. `why_not` is a sentence with a place for each of `values`; "" when it is open."""

    channel: str
    contact_id: int
    value: str
    mailbox_id: int | None
    why_not: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.channel}:{self.contact_id}"

    @property
    def is_open(self) -> bool:
        return not self.why_not


def list_ways(session: Session, ticket: Ticket, windows: Windows, *, now: datetime) -> list[Way]:
    """All ways to this ticket's customer, mail first. `windows`: how long each channel lets us answer."""
    contacts = session.scalars(
        select(Contact).where(Contact.customer_id == ticket.customer_id, Contact.value != UNKNOWN).order_by(Contact.id)
    ).all()
    mailboxes = _mailboxes(session, ticket)
    lasts = _last_words(session, [contact.id for contact in contacts])
    ways = [
        _way(session, contact, channel, mailboxes.get(channel), windows.get(channel), lasts.get(contact.id), now)
        for contact in contacts
        for channel in REACHED_BY.get(contact.kind, (contact.kind,))
    ]
    return sorted(ways, key=lambda way: way.channel != "email")


def usual_way(session: Session, ticket: Ticket, ways: Iterable[Way]) -> Way | None:
    """The way that fits best: what the customer asked for, else where they wrote last, else any that is open."""
    wish = session.scalar(select(Customer.preferred_channel).where(Customer.id == ticket.customer_id))
    last = session.execute(
        select(Message.channel, Message.contact_id)
        .where(Message.ticket_id == ticket.id, Message.kind == "customer")
        .order_by(Message.id.desc())
        .limit(1)
    ).first()
    opened = [way for way in ways if way.is_open]
    choice = find_choice(session, ticket)
    return (
        next((way for way in opened if (way.channel, way.contact_id) == choice), None)
        or next((way for way in opened if wish and way.channel == wish), None)
        or next((way for way in opened if last and (way.channel, way.contact_id) == tuple(last)), None)
        or next((way for way in opened if last and way.contact_id == last.contact_id), None)
        or next(iter(opened), None)
    )


def talk_way(session: Session, ticket: Ticket, *, now: datetime) -> Way | None:
    """The usual way where that is not mail; asked of nobody who only ever wrote letters."""
    talks = select(Contact.id).where(Contact.customer_id == ticket.customer_id, Contact.kind != "email").limit(1)
    if session.scalar(talks) is None:
        return None
    usual = usual_way(session, ticket, list_ways(session, ticket, {}, now=now))
    return usual if usual and usual.channel != "email" else None


def find_way(session: Session, ticket: Ticket, key: str, windows: Windows, *, now: datetime) -> Way:
    """The way that a form names. Refused when it is closed, or not one of this ticket's."""
    way = next((one for one in list_ways(session, ticket, windows, now=now) if one.key == key), None)
    if way is None:
        raise Refused("This is not a way to the customer of this ticket.")
    if not way.is_open:
        raise Refused(way.why_not, **way.values)
    return way


def queue_by(session: Session, ticket: Ticket, message: Message, way: Way, *, due: datetime) -> None:
    """One delivery by a channel other than mail. The message is then this channel's, so that an answer goes on."""
    message.channel, message.mailbox_id = way.channel, way.mailbox_id
    message.contact_id = _contact_on(session, ticket, way, now=message.at)
    session.add(
        Delivery(
            ticket_id=ticket.id,
            message_id=message.id,
            mailbox_id=way.mailbox_id,
            channel=way.channel,
            receiver=way.value,
            # A visitor fetches it; what they left behind goes by mail then.
            due_at=max(due, message.at + GONE) if way.channel == CHAT else due,
            created_at=message.at,
        )
    )


def _contact_on(session: Session, ticket: Ticket, way: Way, *, now: datetime) -> int:
    """The customer's contact on that very channel, made when their number is known from another one."""
    contact = session.get_one(Contact, way.contact_id)
    if way.channel in (contact.kind, "webhook"):
        return contact.id
    there = session.scalar(select(Contact).where(Contact.kind == way.channel, Contact.value == way.value))
    if there is None:
        values = {"customer_id": ticket.customer_id, "kind": way.channel, "value": way.value, "created_at": now}
        return insert_row(session, Contact, **values)
    if there.customer_id != ticket.customer_id:
        raise Refused("This number belongs to another customer. Merge the two first if they are one person.")
    return there.id


def _way(
    session: Session,
    contact: Contact,
    channel: str,
    mailbox_id: int | None,
    window: timedelta | None,
    last: datetime | None,
    now: datetime,
) -> Way:
    way = Way(channel, contact.id, contact.value, mailbox_id)
    if channel == "email":
        return _closed(way, "Letters to this address came back.") if is_suppressed(session, contact.value) else way
    if mailbox_id is None:
        return _closed(way, "No mailbox of ours is on this channel.")
    if window and (last is None or now - last > window):
        hours = int(window.total_seconds() // 3600)
        return _closed(way, "The %(hours)s hours after the customer’s last words are over.", hours=hours)
    return way


def _closed(way: Way, sentence: str, **values: object) -> Way:
    return Way(way.channel, way.contact_id, way.value, way.mailbox_id, sentence, values)


def _mailboxes(session: Session, ticket: Ticket) -> dict[str, int]:
    """For each channel the mailbox that this ticket used last, else the first one."""
    first = select(Mailbox.channel, func.min(Mailbox.id)).where(Mailbox.is_active).group_by(Mailbox.channel)
    used = (
        select(Message.channel, Message.mailbox_id)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .where(Message.ticket_id == ticket.id, Mailbox.is_active, Mailbox.channel == Message.channel)
        .order_by(Message.id)
    )
    found: dict[str, int] = dict(session.execute(first).all())
    return found | {channel: number for channel, number in session.execute(used) if number}


def _last_words(session: Session, contacts: list[int]) -> dict[int, datetime]:
    query = (
        select(Message.contact_id, func.max(Message.at))
        .where(TALK, Message.contact_id.in_(contacts), Message.kind == "customer")
        .group_by(Message.contact_id)
    )
    return {number: at for number, at in session.execute(query) if number}
