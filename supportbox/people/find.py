"""Finding the customer behind a contact, or making one; nobody is linked to anybody on a claim alone."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.errors import Refused
from supportbox.people.contact import Contact
from supportbox.people.contact_value import normalise
from supportbox.people.customer import Customer, search_key


class Known(NamedTuple):
    """A contact and the customer behind it."""

    contact_id: int
    customer_id: int


__all__ = ["Known", "find_contact", "find_customer", "find_or_make_contact", "normalise"]

_BY_VALUE = (
    select(Contact.id, Contact.customer_id, Customer.name, Customer.language, Customer.company)
    .join(Customer, Customer.id == Contact.customer_id)
    .where(Contact.kind == bindparam("kind"), Contact.value == bindparam("value"))
)


def find_contact(session: Session, kind: str, value: str) -> Known | None:
    """Who is behind this way to reach somebody, if anybody is."""
    row = session.connection().execute(_BY_VALUE, {"kind": kind, "value": _compared(kind, value)}).first()
    return Known(row.id, row.customer_id) if row else None


def find_or_make_contact(session: Session, kind: str, value: str, *, name: str, language: str, now: datetime) -> Known:
    """The contact, with a new customer behind it when nobody has written from there before."""
    value, name = _compared(kind, value), name.strip()
    row = session.connection().execute(_BY_VALUE, {"kind": kind, "value": value}).first()
    if row is None:
        customer_id = insert_row(session, Customer, name=name, language=language, created_at=now)
        contact_id = insert_row(session, Contact, customer_id=customer_id, kind=kind, value=value, created_at=now)
        return Known(contact_id, customer_id)
    # What a customer says first stays; later letters only fill what was empty.
    if (name and not row.name) or (language and not row.language):
        learnt = update(Customer).where(Customer.id == row.customer_id)
        key = search_key(row.name or name, row.company)
        session.execute(learnt.values(name=row.name or name, language=row.language or language, search_key=key))
    return Known(row.id, row.customer_id)


def find_customer(session: Session, number: int) -> Customer | None:
    """The customer of that number, or the one that they were merged into."""
    customer = session.get(Customer, number)
    for _ in range(20):
        if customer is None or customer.merged_into_id is None:
            break
        customer = session.get(Customer, customer.merged_into_id)
    return customer


def _compared(kind: str, value: str) -> str:
    # What comes in is never refused for its sender's address.
    try:
        return normalise(kind, value)
    except Refused:
        return value.strip()
