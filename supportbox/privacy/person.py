"""The person behind an address: every customer that was merged into one, their contacts, their tickets and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from supportbox.errors import NotFound
from supportbox.inbox.merge import Merge
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.find import find_contact, find_customer


@dataclass(frozen=True, slots=True)
class Person:
    """`customers` holds the one whose page leads to all, then those merged into it; `values` how they are reached."""

    customers: tuple[int, ...]
    contacts: tuple[int, ...]
    values: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def id(self) -> int:
        return self.customers[0]


def get_person(session: Session, address: str) -> Person:
    """Whoever is reached by this address or number."""
    known = find_contact(session, "email", address) or find_contact(session, "phone", address)
    if known is None:
        raise NotFound("There is nobody of this address.")
    return person_of(session, known.customer_id)


def person_of(session: Session, customer_id: int) -> Person:
    """A customer with all that were merged into them. Refuses who was erased already."""
    customer = find_customer(session, customer_id)
    if customer is None or customer.erased_at:
        raise NotFound("There is nobody of this address.")
    family = [customer.id]
    for number in family:  # grows while it is read: those merged into the merged ones too
        family += session.scalars(select(Customer.id).where(Customer.merged_into_id == number)).all()
    contacts = session.execute(select(Contact.id, Contact.value).where(Contact.customer_id.in_(family))).all()
    names = session.scalars(select(Customer.name).where(Customer.id.in_(family), Customer.name != "")).all()
    return Person(
        tuple(family),
        tuple(row.id for row in contacts),
        tuple(row.value for row in contacts),
        tuple(dict.fromkeys(names)),
    )


def own_tickets(session: Session, person: Person) -> list[int]:
    """The tickets that are theirs, by number."""
    query = select(Ticket.id).where(Ticket.customer_id.in_(person.customers)).order_by(Ticket.id)
    return list(session.scalars(query))


def shared_tickets(session: Session, person: Person) -> list[int]:
    """Other people's tickets in which they wrote or take part."""
    wrote = select(Message.ticket_id).where(Message.contact_id.in_(person.contacts))
    takes_part = select(Participant.ticket_id).where(Participant.contact_id.in_(person.contacts))
    theirs = select(Ticket.id).where(Ticket.customer_id.in_(person.customers))
    query = select(Ticket.id).where(Ticket.id.in_(wrote.union(takes_part)) | Ticket.id.in_(_merged_into(person)))
    return list(session.scalars(query.where(Ticket.id.not_in(theirs)).order_by(Ticket.id)))


def messages_moved(session: Session, own: Sequence[int]) -> set[int]:
    """What came into other tickets when theirs were merged into them."""
    if not own:
        return set()
    return {
        number for moved in session.scalars(select(Merge.moved).where(Merge.ticket_id.in_(own))) for number in moved
    }


def _merged_into(person: Person) -> Select[Any]:
    own = select(Ticket.id).where(Ticket.customer_id.in_(person.customers))
    return select(Merge.into_id).where(Merge.ticket_id.in_(own))
