"""Finding the customer behind a contact, or making one; nobody is linked to anybody on a claim alone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.people.contact import Contact
from supportbox.people.customer import Customer


def normalise(kind: str, value: str) -> str:
    """The form in which a contact is stored and compared."""
    value = value.strip()
    return value.lower() if kind == "email" else value


def find_contact(session: Session, kind: str, value: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.kind == kind, Contact.value == normalise(kind, value)))


def find_or_make_contact(
    session: Session, kind: str, value: str, *, name: str, language: str, now: datetime
) -> Contact:
    """The contact, with a new customer behind it when nobody has written from there before."""
    contact = find_contact(session, kind, value)
    if contact is not None:
        _learn(session, contact, name=name, language=language)
        return contact
    customer = Customer(name=name.strip(), language=language, created_at=now)
    session.add(customer)
    session.flush()
    contact = Contact(customer_id=customer.id, kind=kind, value=normalise(kind, value), created_at=now)
    session.add(contact)
    session.flush()
    return contact


def _learn(session: Session, contact: Contact, *, name: str, language: str) -> None:
    # What a customer says first stays; later letters only fill what was empty.
    if not (name or language):
        return
    customer = session.get_one(Customer, contact.customer_id)
    customer.name = customer.name or name.strip()
    customer.language = customer.language or language
