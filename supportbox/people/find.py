"""Finding the customer behind a contact, or making one; nobody is linked to anybody on a claim alone."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer


class Known(NamedTuple):
    """A contact and the customer behind it."""

    contact_id: int
    customer_id: int


_BY_VALUE = (
    select(Contact.id, Contact.customer_id, Customer.name, Customer.language)
    .join(Customer, Customer.id == Contact.customer_id)
    .where(Contact.kind == bindparam("kind"), Contact.value == bindparam("value"))
)


def normalise(kind: str, value: str) -> str:
    """The form in which a contact is stored and compared."""
    value = value.strip()
    return value.lower() if kind == "email" else value


def find_contact(session: Session, kind: str, value: str) -> Known | None:
    """Who is behind this way to reach somebody, if anybody is."""
    row = session.connection().execute(_BY_VALUE, {"kind": kind, "value": normalise(kind, value)}).first()
    return Known(row.id, row.customer_id) if row else None


def find_or_make_contact(session: Session, kind: str, value: str, *, name: str, language: str, now: datetime) -> Known:
    """The contact, with a new customer behind it when nobody has written from there before."""
    value, name = normalise(kind, value), name.strip()
    row = session.connection().execute(_BY_VALUE, {"kind": kind, "value": value}).first()
    if row is None:
        customer_id = insert_row(session, Customer, name=name, language=language, created_at=now)
        contact_id = insert_row(session, Contact, customer_id=customer_id, kind=kind, value=value, created_at=now)
        return Known(contact_id, customer_id)
    # What a customer says first stays; later letters only fill what was empty.
    if (name and not row.name) or (language and not row.language):
        learnt = update(Customer).where(Customer.id == row.customer_id)
        session.execute(learnt.values(name=row.name or name, language=row.language or language))
    return Known(row.id, row.customer_id)
