"""What agents change about a customer: who they are, how to reach them, and which two are one."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.customer_merging import is_contact_used, merge_customers, newest_merge, undo_merge
from supportbox.inbox.ticket import Ticket
from supportbox.people.audit import note
from supportbox.people.contact_value import KINDS, region_of
from supportbox.people.contacts import add_contact, change_contact, get_contact, prove, remove_contact
from supportbox.people.customer import Customer, search_key
from supportbox.people.customer_field import fill_fields
from supportbox.people.find import find_customer
from supportbox.web.access import get_viewer
from supportbox.web.customer.links import end_links
from supportbox.web.i18n import LANGUAGES
from supportbox.web.reading import business, writing

LONGEST = 120


def keep(customer_id: int) -> ResponseReturnValue:
    """Name, company, language, time zone, preferred way, and the fields of one's own."""
    given = {name: request.form.get(name, "").strip()[:LONGEST] for name in ("name", "company", "timezone")}
    language, channel = request.form.get("language", ""), request.form.get("preferred_channel", "")
    with writing() as session:
        customer = _get(session, customer_id)
        customer.name, customer.company, customer.timezone = given["name"], given["company"], given["timezone"]
        customer.language = language if language in LANGUAGES else ""
        customer.preferred_channel = channel if channel in KINDS else ""
        customer.search_key = search_key(customer.name, customer.company)
        fields = {key.removeprefix("field_"): text for key, text in request.form.items() if key.startswith("field_")}
        fill_fields(session, customer, fields)
    return _back(customer_id, "kept")


def add(customer_id: int) -> ResponseReturnValue:
    """Another way to reach them."""
    kind, value = request.form.get("kind", ""), request.form.get("value", "")[:300]
    how = "agent" if request.form.get("verified") else None
    with writing() as session:
        region = region_of(business())
        add_contact(session, _get(session, customer_id), kind, value, region=region, now=clock.now(), how=how)
    return _back(customer_id, "kept")


def change(customer_id: int, contact_id: int) -> ResponseReturnValue:
    """Put a contact right, or say that it is proven."""
    value = request.form.get("value", "")[:300]
    with writing() as session:
        _get(session, customer_id)
        contact = get_contact(session, customer_id, contact_id)
        change_contact(
            session,
            contact,
            value,
            region=region_of(business()),
            is_used=lambda number: is_contact_used(session, number),
        )
        if request.form.get("verified"):
            prove(session, contact.id, "agent", now=clock.now())
    return _back(customer_id, "kept")


def remove(customer_id: int, contact_id: int) -> ResponseReturnValue:
    """Forget a contact."""
    with writing() as session:
        _get(session, customer_id)
        contact = get_contact(session, customer_id, contact_id)
        remove_contact(session, contact, is_used=lambda number: is_contact_used(session, number))
    return _back(customer_id, "kept")


def merge(customer_id: int) -> ResponseReturnValue:
    """Somebody says that two customers are one person: the other becomes this one."""
    wanted = request.form.get("other", "")
    _check_may()
    if not (wanted.isdecimal() and len(wanted) < 16):
        raise Refused("Choose the other customer first.")
    with writing() as session:
        other = session.get(Customer, int(wanted))
        if other is None:
            raise NotFound("There is no such customer.")
        kept, viewer = _get(session, customer_id), get_viewer()
        merge_customers(session, kept, other, by=viewer.agent(session), at=clock.now())
        names = {"customer": f"#{other.id}", "into": f"#{kept.id}"}
        note(
            session, "customers_merged", agent_id=viewer.id, at=clock.now(), address=request.remote_addr or "", **names
        )
    return _back(customer_id, "merged")


def unmerge(customer_id: int) -> ResponseReturnValue:
    """They are two after all."""
    with writing() as session:
        _get(session, customer_id)
        last = newest_merge(session, customer_id)
        if last is None:
            raise NotFound("There is nothing to undo.")
        undo_merge(session, last, by=get_viewer().agent(session), at=clock.now())
    return _back(customer_id, "unmerged")


def end_all_links(customer_id: int) -> ResponseReturnValue:
    """Links to this customer's requests open nothing any more; new ones go out with the next letters."""
    with writing() as session:
        _get(session, customer_id)
        numbers = session.scalars(select(Ticket.id).where(Ticket.customer_id == customer_id)).all()
        end_links(session, list(numbers))
    return _back(customer_id, "ended")


def _check_may() -> None:
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can read about customers and note things, but not change them.")


def _get(session: Session, customer_id: int) -> Customer:
    _check_may()
    customer = find_customer(session, customer_id)
    if customer is None or customer.erased_at:
        raise NotFound("There is no such customer.")
    return customer


def _back(customer_id: int, done: str) -> ResponseReturnValue:
    return redirect(f"/inbox/customers/{customer_id}?{done}", 303)
