"""Erasing a person: a transaction a ticket, their contacts last, so that a run that was cut off is simply repeated.

Gone are: their words wherever they are, our answers and notes in their own tickets, letters as they came, files, drafts
and addresses. Kept are counts and times. In other people's tickets those people's own words stay, without quotations,
names and addresses of whoever is erased. What SQLite keeps of deleted rows is `scrub`'s part.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.inbox.answer_choice import AnswerChoice
from supportbox.inbox.continuation import Continuation
from supportbox.inbox.event import record
from supportbox.inbox.merge import Merge
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.audit import note
from supportbox.people.contact import Contact
from supportbox.people.contact_claim import ContactClaim
from supportbox.people.customer import Customer
from supportbox.people.customer_merge import CustomerMerge
from supportbox.people.visitor import Visitor
from supportbox.privacy.emptying import empty_messages, empty_ticket, forget_letters, index_again
from supportbox.privacy.person import Person, messages_moved, own_tickets, person_of, shared_tickets
from supportbox.privacy.scrub import ask_for_scrub
from supportbox.privacy.sweep import erase_strays, hidden, hide_everywhere
from supportbox.store import transaction


@dataclass(frozen=True, slots=True)
class Erased:
    """What a run came to."""

    customer_id: int
    tickets: int
    shared: int


def erase_customer(settings: Settings, customer_id: int, *, by: int | None, now: datetime) -> Erased:
    """Erase for good, in an application context. Begun and cut off, it is repeated with the same call."""
    with transaction() as session:
        person = person_of(session, customer_id)
        ask_for_scrub(session)
        own, shared = own_tickets(session, person), shared_tickets(session, person)
    for number in own:
        with transaction() as session:
            empty_ticket(session, settings, number, kept=_of_others(session, person, number), now=now)
    for number in shared:
        with transaction() as session:
            _leave_shared(session, settings, person, number, now=now)
    hide_everywhere(person.values)
    erase_strays(settings, person.values)
    with transaction() as session:
        _forget(session, settings, person, by=by, now=now)
    return Erased(person.id, len(own), len(shared))


def _of_others(session: Session, person: Person, number: int) -> list[int]:
    """Messages that somebody else's ticket brought into this one when it was merged."""
    merges = select(Merge.moved).join(Ticket, Ticket.id == Merge.ticket_id)
    theirs = merges.where(Merge.into_id == number, Ticket.customer_id.not_in(person.customers))
    return [message for moved in session.scalars(theirs) for message in moved]


def _leave_shared(session: Session, settings: Settings, person: Person, number: int, *, now: datetime) -> None:
    """Take the person out of somebody else's ticket; what was said after them loses what it may quote."""
    moved = messages_moved(session, own_tickets(session, person))
    rows = session.scalars(select(Message).where(Message.ticket_id == number).order_by(Message.id)).all()
    theirs = [row.id for row in rows if row.contact_id in person.contacts or row.id in moved]
    first = min(theirs, default=0)
    others = [row for row in rows if row.id not in theirs and row.id > first]
    forget_letters(session, settings, select(Message.intake_id).where(Message.id.in_([row.id for row in others])))
    for row in others:
        row.text, row.visible_text, row.html = hidden(row.visible, (*person.values, *person.names)), "", None
    session.flush()
    empty_messages(session, settings, theirs)
    session.execute(
        delete(Participant).where(Participant.ticket_id == number, Participant.contact_id.in_(person.contacts))
    )
    ticket = session.get_one(Ticket, number)
    last = next((row for row in reversed(rows) if row.kind == "customer" and row.id not in theirs), None)
    ticket.preview = " ".join(last.visible.split())[:140] if last else ""
    record(session, "participant_erased", at=now, ticket_id=number)
    ticket.touch(now)
    session.flush()
    index_again(session, [number])


def _forget(session: Session, settings: Settings, person: Person, *, by: int | None, now: datetime) -> None:
    """The person themselves, once nothing of theirs is left; what came in meanwhile first."""
    _take_what_came(session, settings, person, now=now)
    session.execute(delete(Visitor).where(Visitor.contact_id.in_(person.contacts)))
    _forget_moves(session, person)
    session.execute(delete(Participant).where(Participant.contact_id.in_(person.contacts)))
    session.execute(update(Message).where(Message.contact_id.in_(person.contacts)).values(contact_id=None))
    session.execute(delete(Contact).where(Contact.id.in_(person.contacts)))
    merges = CustomerMerge.kept_id.in_(person.customers) | CustomerMerge.merged_id.in_(person.customers)
    session.execute(update(CustomerMerge).where(merges).values(moved={}, was={}, undone_at=now))
    session.execute(
        update(Customer)
        .where(Customer.id.in_(person.customers))
        .values(
            name="", notes="", caution="", company="", search_key="", language="", timezone="", preferred_channel="",
            fields={}, erased_at=now,
        )
    )  # fmt: skip
    session.expire_all()
    index_again(session, own_tickets(session, person))  # with their name until now
    note(session, "customer_erased", agent_id=by, at=now, customer=f"#{person.id}")


def _forget_moves(session: Session, person: Person) -> None:
    """Links that took them from one channel to another, where they wanted answers, what they said is theirs."""
    theirs = Continuation.contact_id.in_(person.contacts) | Continuation.used_by.in_(person.contacts)
    session.execute(delete(Continuation).where(theirs))
    session.execute(delete(AnswerChoice).where(AnswerChoice.contact_id.in_(person.contacts)))
    claims = ContactClaim.value.in_(person.values) | ContactClaim.ticket_id.in_(own_tickets(session, person))
    session.execute(delete(ContactClaim).where(claims))


def _take_what_came(session: Session, settings: Settings, person: Person, *, now: datetime) -> None:
    query = select(Ticket.id).where(Ticket.customer_id.in_(person.customers), Ticket.erased_at.is_(None))
    for number in session.scalars(query).all():
        empty_ticket(session, settings, number, now=now)
    written = select(Message.id).where(Message.contact_id.in_(person.contacts))
    empty_messages(session, settings, session.scalars(written).all())
