"""Receivers: to whom an answer goes, who sees that, and who takes part from then on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import UNKNOWN
from supportbox.inbox.participants import accepted_addresses
from supportbox.inbox.suppression import check_receiver, is_suppressed
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.find import find_or_make_contact
from supportbox.people.hiring import check_address

MOST = 25
# RFC 2606: a domain that nobody can have.
NOBODYS = ".invalid"


@dataclass(frozen=True, slots=True)
class Receivers:
    """Addresses of one letter: who it is to, whom all see beside, and whom nobody sees."""

    to: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    def with_roles(self) -> list[tuple[str, str]]:
        """Each address once, the customer's first."""
        roles = [(self.to, "to"), *((one, "cc") for one in self.cc), *((one, "bcc") for one in self.bcc)]
        return list({address: (address, role) for address, role in reversed(roles)}.values())[::-1]


def receiver_of(session: Session, ticket: Ticket) -> str:
    """Where an answer goes: where the first letter asked for it, else where the customer last wrote from."""
    if ticket.answer_to:
        return ticket.answer_to
    theirs = select(Contact.value).where(
        Contact.customer_id == ticket.customer_id, Contact.kind == "email", Contact.value != UNKNOWN
    )
    in_ticket = theirs.join(Message, Message.contact_id == Contact.id).where(Message.ticket_id == ticket.id)
    receiver = session.scalar(in_ticket.order_by(Message.id.desc()).limit(1)) or session.scalar(
        theirs.order_by(Contact.id).limit(1)
    )
    if receiver is None:
        raise Refused("This customer has no e-mail address to reply to. Add one first.")
    return receiver


def usual(session: Session, ticket: Ticket) -> Receivers:
    """The customer, and whoever was accepted, as long as letters arrive there."""
    to = receiver_of(session, ticket)
    others = [one for one in accepted_addresses(session, ticket) if one != to and not is_suppressed(session, one)]
    return Receivers(to, tuple(others))


def chosen(session: Session, ticket: Ticket, wanted: Receivers) -> Receivers:
    """As an agent filled them in: the customer at one of their own addresses, others anywhere."""
    to = wanted.to.strip().lower() or receiver_of(session, ticket)
    if to != ticket.answer_to and to not in _own_addresses(session, ticket):
        raise Refused("An answer goes to the customer. Put other people into Cc, or forward the ticket.")
    cc = _checked(session, wanted.cc)
    bcc = _checked(session, wanted.bcc)
    check_receiver(session, to)
    # Whoever stands in two fields gets one letter, by the more open of them.
    seen = [one for one in cc if one != to]
    found = Receivers(to, tuple(seen), tuple(one for one in bcc if one != to and one not in seen))
    if len(found.with_roles()) > MOST:
        raise Refused("A letter can go to at most %(count)s people.", count=MOST)
    return found


def checked_addresses(session: Session, addresses: Iterable[str]) -> tuple[str, ...]:
    """For a forward: any addresses, at least one, each once."""
    found = _checked(session, addresses)
    if not found:
        raise Refused("Say to which address this shall go.")
    if len(found) > MOST:
        raise Refused("A letter can go to at most %(count)s people.", count=MOST)
    return found


def admit(session: Session, ticket: Ticket, addresses: Iterable[str], *, by: Agent, at: datetime) -> None:
    """Whom an agent puts into Cc takes part from now on; nothing that was said before goes to them."""
    for address in addresses:
        contact = find_or_make_contact(session, "email", address, name="", language="", now=at)
        if contact.customer_id == ticket.customer_id:
            continue
        participant = session.get(Participant, (ticket.id, contact.contact_id))
        if participant is None:
            participant = Participant(ticket_id=ticket.id, contact_id=contact.contact_id, is_accepted=False)
            session.add(participant)
        if not participant.is_accepted:
            participant.is_accepted = True
            record(session, "participant_accepted", at=at, ticket_id=ticket.id, agent_id=by.id, address=address)


def queue(
    session: Session, ticket: Ticket, message: Message, roles: Iterable[tuple[str, str]], *, kind: str, due: datetime
) -> None:
    """One delivery a receiver, whatever their role; none to an address that can be nobody's, as of a sample."""
    mailbox_id = _mail_mailbox(session, ticket)
    session.add_all(
        Delivery(
            ticket_id=ticket.id,
            message_id=message.id,
            mailbox_id=mailbox_id,
            kind=kind,
            receiver=address,
            role=role,
            due_at=due,
            created_at=message.at,
        )
        for address, role in roles
        if not address.endswith(NOBODYS)
    )


def _mail_mailbox(session: Session, ticket: Ticket) -> int | None:
    """The ticket's own; none, which is the first that can send, where it began on another channel."""
    channel = select(Mailbox.channel).where(Mailbox.id == ticket.mailbox_id)
    return ticket.mailbox_id if session.scalar(channel) == "email" else None


def _own_addresses(session: Session, ticket: Ticket) -> set[str]:
    theirs = select(Contact.value).where(Contact.customer_id == ticket.customer_id, Contact.kind == "email")
    return set(session.scalars(theirs)) - {UNKNOWN}


def _checked(session: Session, addresses: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_address(one) for one in addresses if one.strip()))
    for one in found:
        check_receiver(session, one)
    return found


def _address(text: str) -> str:
    try:
        return check_address(text)
    except Refused:
        # Said in words that the catalogue knows.
        raise Refused("“%(text)s” is not an e-mail address such as cleo@example.org.", text=text[:100]) from None
