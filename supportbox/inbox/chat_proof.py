"""Proof that a visitor's address is theirs: a link that came there, or an answer from it. Nothing joins on less."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.inbox.customer_merging import merge_customers
from supportbox.inbox.matching import follow
from supportbox.inbox.message import TALK, Message
from supportbox.inbox.parcel import Incoming
from supportbox.people.contact import Contact
from supportbox.people.contacts import prove
from supportbox.people.customer import Customer
from supportbox.people.find import find_contact, find_or_make_contact
from supportbox.people.visitor import Visitor


def confirm(session: Session, visitor: Visitor, how: str, *, now: datetime) -> bool:
    """The claimed address is theirs: it joins their contacts, and they join whoever wrote from there before."""
    contact = session.get(Contact, visitor.contact_id) if visitor.contact_id else None
    if contact is None or not visitor.email_claim:
        return False
    known = find_contact(session, "email", visitor.email_claim)
    if known is None:
        known = find_or_make_contact(
            session, "email", visitor.email_claim, name=visitor.name, language=visitor.language, now=now
        )
    if known.customer_id != contact.customer_id and not _join(session, known.customer_id, contact, now=now):
        return False
    prove(session, known.contact_id, how, now=now)
    visitor.confirmed_at, visitor.link_hash = now, None
    session.flush()
    return True


def note_answer(session: Session, incoming: Incoming, *, now: datetime) -> None:
    """A letter that answers one of ours from an address that a visitor of that very ticket claimed is the proof:
    nobody else was sent what it quotes."""
    clues = incoming.clues
    tickets = {clues.token_ticket, *clues.signed_tickets} - {None}
    if incoming.channel != "email" or incoming.verdict != "deliver" or incoming.is_sender_proven is False:
        return
    if not tickets or incoming.sender.kind != "email":
        return
    claims = select(Visitor).where(Visitor.email_claim == incoming.sender.value, Visitor.confirmed_at.is_(None))
    for visitor in session.scalars(claims.limit(20)).all():
        if visitor.contact_id and _talked_in(session, visitor.contact_id, tickets):
            confirm(session, visitor, "letter", now=now)


def _talked_in(session: Session, contact_id: int, tickets: set[int | None]) -> bool:
    theirs = select(Message.ticket_id).where(TALK, Message.contact_id == contact_id).distinct()
    own = {ticket.id for number in session.scalars(theirs) if (ticket := follow(session, number))}
    named = {ticket.id for number in tickets if (ticket := follow(session, number))}
    return bool(own & named)


def _join(session: Session, kept_id: int, contact: Contact, *, now: datetime) -> bool:
    kept, merged = session.get_one(Customer, kept_id), session.get_one(Customer, contact.customer_id)
    if kept.merged_into_id or kept.erased_at or merged.merged_into_id or merged.erased_at:
        return False
    merge_customers(session, kept, merged, by=None, at=now)
    return True
