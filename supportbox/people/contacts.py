"""Ways to reach a customer: adding, correcting and removing one, and its proof."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, NotFound, Refused
from supportbox.people.contact import Contact
from supportbox.people.contact_claim import ContactClaim
from supportbox.people.contact_value import KINDS, normalise
from supportbox.people.customer import Customer

MOST = 50
# Whether anything was said from or to a contact; the room that keeps messages knows.
IsUsed = Callable[[int], bool]


def add_contact(
    session: Session, customer: Customer, kind: str, value: str, *, region: str, now: datetime, how: str | None = None
) -> Contact:
    """Another way to reach them; `how` it is proven that it is theirs, if it is."""
    if kind not in KINDS:
        raise Refused("Choose what kind of contact this is.")
    stored = normalise(kind, value, region=region)
    known = find(session, kind, stored)
    if known and known.customer_id != customer.id:
        raise Conflict("%(value)s is another customer's. If both are one person, merge them.", value=stored)
    if known:
        return known
    if len(list_contacts(session, customer)) >= MOST:
        raise Refused("Fifty contacts are the most that a customer can have.")
    contact = Contact(customer_id=customer.id, kind=kind, value=stored, created_at=now)
    session.add(contact)
    session.flush()
    if how:
        prove(session, contact.id, how, now=now)
    return contact


def change_contact(session: Session, contact: Contact, value: str, *, region: str, is_used: IsUsed) -> None:
    """Put a slip right. What was proven of the old value is not proven of the new one."""
    stored = normalise(contact.kind, value, region=region)
    if stored == contact.value:
        return
    _refuse_used(contact, is_used)
    if find(session, contact.kind, stored):
        raise Conflict("%(value)s is another customer's. If both are one person, merge them.", value=stored)
    contact.value, contact.verified_at, contact.verified_how = stored, None, None
    session.flush()


def remove_contact(session: Session, contact: Contact, *, is_used: IsUsed) -> None:
    """Forget a way to reach them that nothing has come by."""
    _refuse_used(contact, is_used)
    claims = ContactClaim.kind == contact.kind, ContactClaim.value == contact.value
    session.execute(delete(ContactClaim).where(*claims))
    session.delete(contact)
    session.flush()


def prove(session: Session, contact_id: int, how: str, *, now: datetime) -> None:
    """Somebody showed that it is theirs: by a code, a signed letter, a call. The first proof stays."""
    contact = session.get(Contact, contact_id)
    if contact and contact.verified_at is None:
        contact.verified_at, contact.verified_how = now, how
        session.flush()


def find(session: Session, kind: str, stored: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.kind == kind, Contact.value == stored))


def list_contacts(session: Session, customer: Customer) -> list[Contact]:
    return list(session.scalars(select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id)))


def get_contact(session: Session, customer_id: int, number: int) -> Contact:
    """A contact of this customer and of nobody else."""
    contact = session.get(Contact, number)
    if contact is None or contact.customer_id != customer_id:
        raise NotFound("There is no such contact.")
    return contact


def _refuse_used(contact: Contact, is_used: IsUsed) -> None:
    if is_used(contact.id):
        raise Conflict("Messages came from there, so it stays as it is. If it is wrong, add the right one beside it.")
