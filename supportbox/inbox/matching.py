"""Matching: to which ticket a message belongs, whether its sender may write there, and why, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from supportbox.inbox import continuation
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import UNKNOWN, Incoming
from supportbox.inbox.talk import FORGOTTEN, STAYS_OPEN, find_last
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail.subject import subject_key
from supportbox.people.find import Known

LONG_CLOSED = timedelta(days=30)
# Addresses behind which nobody reads: what they send is never a person's lost reply.
SILENT = ("no-reply@", "noreply@", "donotreply@", "do-not-reply@", "ne-pas-repondre@", "nepasrepondre@", "wordpress@")
_BY_ID = select(Message.external_id, Message.ticket_id).where(
    Message.external_id.in_(bindparam("ids", expanding=True)), Message.mailbox_id == bindparam("mailbox")
)
_SAME_SUBJECT = (
    select(Ticket.id)
    .where(
        Ticket.customer_id == bindparam("customer"),
        Ticket.subject_key == bindparam("key"),
        Ticket.status.in_(("open", "waiting")),
        Ticket.mailbox_id == bindparam("mailbox"),
        Ticket.deleted_at.is_(None),
        Ticket.merged_into_id.is_(None),
    )
    .limit(2)
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a message may belong to. A token is proof by itself; a strong clue names the letter it answers."""

    ticket: Ticket
    reason: str
    is_token: bool = False
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Where a message goes: a ticket, or none (a new one), perhaps linked to one that it may belong to."""

    ticket: Ticket | None
    reason: str
    may_belong_to: int | None = None
    is_third_party: bool = False


def match(session: Session, incoming: Incoming, contact: Known | None, *, now: datetime) -> Match:
    """Decide: signatures first, then ids, then the subject; what a sender claims is never enough."""
    if came := _came_by_link(session, incoming, contact, now=now):
        return came
    candidate = _candidate(session, incoming)
    if candidate is None and incoming.clues.goes_on:
        return _last_talk(session, incoming, contact, now=now)
    if candidate is None:
        return _lost_reply(session, incoming, contact)
    ticket = candidate.ticket
    if incoming.is_sender_proven is False:
        return Match(None, "A new ticket: the sender's address failed its own domain's check.", ticket.id)
    is_participant = _may_append(session, ticket, incoming, contact)
    if not is_participant and (not candidate.is_token or incoming.verdict == "spam"):
        return Match(None, "A new ticket: its sender is not part of the ticket it points to.", ticket.id)
    if _is_long_closed(ticket, now):
        return Match(None, f"A new ticket: {ticket.reference} was closed over 30 days ago.", ticket.id)
    if not is_participant:
        return Match(ticket, "Joined by our signed reply address, from somebody new here.", is_third_party=True)
    if not (candidate.is_token or candidate.is_strong):
        return _weak(session, incoming, contact, candidate)
    if ticket.status == "closed" and not candidate.is_token and subject_key(incoming.subject) != ticket.subject_key:
        return Match(None, f"A new ticket: {ticket.reference} is closed and the subject is another.", ticket.id)
    return Match(ticket, candidate.reason)


def follow(session: Session, ticket_id: int | None) -> Ticket | None:
    """The ticket of that number, or the one that it was merged into; none when it was deleted."""
    ticket = session.get(Ticket, ticket_id) if ticket_id else None
    for _ in range(20):
        if ticket is None or ticket.merged_into_id is None:
            break
        ticket = session.get(Ticket, ticket.merged_into_id)
    return None if ticket is None or ticket.deleted_at else ticket


def _came_by_link(session: Session, incoming: Incoming, contact: Known | None, *, now: datetime) -> Match | None:
    token = incoming.clues.continuation
    if not token or contact is None or incoming.verdict == "spam":
        return None
    number = continuation.claim(session, token, contact.contact_id, now=now)
    ticket = follow(session, number) if number else None
    if ticket is None:
        return None
    continuation.join(session, ticket, contact.contact_id, incoming.channel, now=now)
    return Match(ticket, "Joined: it came by our link to go on here.")


def _candidate(session: Session, incoming: Incoming) -> Candidate | None:
    clues = incoming.clues
    if clues.token_ticket and (ticket := follow(session, clues.token_ticket)):
        return Candidate(ticket, "Joined by our signed reply address.", is_token=True, is_strong=True)
    answered = session.get(Delivery, clues.envelope_delivery) if clues.envelope_delivery else None
    if answered and (ticket := follow(session, answered.ticket_id)):
        return Candidate(ticket, "Joined: it answers a letter of ours.", is_token=True, is_strong=True)
    for number in clues.signed_tickets:
        if ticket := follow(session, number):
            return Candidate(ticket, "Joined: it answers a letter of ours.", is_strong=True)
    if clues.replied_ids and (number_found := _by_stored_id(session, incoming)) and (
        ticket := follow(session, number_found)
    ):  # fmt: skip
        return Candidate(ticket, "Joined: it answers a letter in this ticket.", is_strong=True)
    if clues.quoted_ticket and (ticket := follow(session, clues.quoted_ticket)):
        return Candidate(ticket, f"Joined: the subject quotes {ticket.reference}.")
    return None


def _by_stored_id(session: Session, incoming: Incoming) -> int | None:
    # Newest first: the id nearest to this letter knows best.
    ids = incoming.clues.replied_ids[:20]
    rows = session.connection().execute(_BY_ID, {"ids": ids, "mailbox": incoming.mailbox_id})
    found = dict(rows.all())
    return next((found[external_id] for external_id in ids if external_id in found), None)


def _may_append(session: Session, ticket: Ticket, incoming: Incoming, contact: Known | None) -> bool:
    if contact is None or incoming.sender.value == UNKNOWN:
        return False
    if contact.customer_id == ticket.customer_id:
        return True
    participant = session.get(Participant, (ticket.id, contact.contact_id))
    return participant is not None and participant.is_accepted


def _last_talk(session: Session, incoming: Incoming, contact: Known | None, *, now: datetime) -> Match:
    last = find_last(session, incoming, contact) if contact else None
    if last is None:
        return Match(None, "A new ticket: the first message from here.")
    ticket = follow(session, last.ticket_id)
    if ticket is None:
        return Match(None, "A new ticket: the last talk was deleted.")
    if now - last.at > FORGOTTEN:
        return Match(None, "A new ticket: after half a year of silence, this number may have a new owner.")
    if ticket.status == "spam" or (ticket.closed_at and now - ticket.closed_at > STAYS_OPEN):
        return Match(None, f"A new ticket: the talk in {ticket.reference} was over.")
    if not _may_append(session, ticket, incoming, contact):
        return Match(None, "A new ticket: its sender is not part of the last talk.", ticket.id)
    return Match(ticket, "Joined: the talk goes on.")


def _is_long_closed(ticket: Ticket, now: datetime) -> bool:
    return ticket.status == "closed" and ticket.closed_at is not None and now - ticket.closed_at > LONG_CLOSED


def _weak(session: Session, incoming: Incoming, contact: Known | None, candidate: Candidate) -> Match:
    # A number in the subject is public: it joins what is proven, or a reply of the ticket's own customer.
    ticket = candidate.ticket
    if incoming.is_sender_proven and subject_key(incoming.subject) == ticket.subject_key:
        return Match(ticket, candidate.reason)
    if _may_be_lost_reply(session, incoming, contact) and ticket.status in ("open", "waiting"):
        return Match(ticket, f"Joined: a reply without headers that quotes {ticket.reference}, from the same customer.")
    return Match(None, f"A new ticket: the subject alone quotes {ticket.reference}.", ticket.id)


def _may_be_lost_reply(session: Session, incoming: Incoming, contact: Known | None) -> bool:
    if contact is None or not incoming.clues.has_reply_prefix or incoming.verdict != "deliver":
        return False
    sender = incoming.sender.value
    if incoming.is_sender_proven is False or incoming.reply_to or sender == UNKNOWN or sender.startswith(SILENT):
        return False
    return session.scalar(select(Mailbox.id).where(Mailbox.address == sender)) is None


def _lost_reply(session: Session, incoming: Incoming, contact: Known | None) -> Match:
    """A reply that has lost its headers: same customer, same subject, exactly one such ticket that is not closed."""
    new = Match(None, "A new ticket: it answers nothing that we know.")
    if contact is None or not _may_be_lost_reply(session, incoming, contact):
        return new
    same = {
        "customer": contact.customer_id,
        "key": subject_key(incoming.subject),
        "mailbox": incoming.mailbox_id,
    }
    tickets = session.connection().execute(_SAME_SUBJECT, same).scalars().all()
    if len(tickets) != 1:
        return new
    return Match(
        session.get_one(Ticket, tickets[0]),
        "Joined: a reply without headers, from the same customer with the same subject.",
    )
