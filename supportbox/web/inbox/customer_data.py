"""A customer's data, for managers: all of it as a zip to hand out, or erased for good."""

import tempfile
from pathlib import Path

from flask import Response, current_app, redirect, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.people.audit import note
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.find import find_customer
from supportbox.privacy.erase import erase_customer
from supportbox.privacy.export import export_customer
from supportbox.store import db
from supportbox.web.access import get_viewer, managers_only
from supportbox.web.reading import business, stop_reading, writing


@managers_only
def hand_out(customer_id: int) -> ResponseReturnValue:
    """The zip; the audit says who took it."""
    with writing() as session:
        customer = _get(session, customer_id)
        number, viewer = customer.id, get_viewer()
        address = request.remote_addr or ""
        note(session, "customer_exported", agent_id=viewer.id, at=clock.now(), address=address, customer=f"#{number}")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "export.zip"
        export_customer(db.session(), _settings(), number, target, business=business().name)
        # Opened before the folder goes: what is open can still be read.
        file = target.open("rb")
    response: Response = send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"customer-{number}.zip"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@managers_only
def erase(customer_id: int) -> ResponseReturnValue:
    """For good, once the name was typed."""
    with writing() as session:
        customer = _get(session, customer_id)
        number, name = customer.id, word_to_type(session, customer)
    if request.form.get("name", "").strip().casefold() != name.casefold():
        raise Refused("Nothing was erased. Type %(name)s exactly to erase all about this person.", name=name)
    stop_reading()
    erase_customer(_settings(), number, by=get_viewer().id, now=clock.now())
    return redirect("/inbox/customers?erased", 303)


def word_to_type(session: Session, customer: Customer) -> str:
    """What proves that somebody means this person: the name, or a contact where there is none."""
    if customer.name.strip():
        return customer.name.strip()
    contact = session.query(Contact).filter_by(customer_id=customer.id).order_by(Contact.id).first()
    return contact.value if contact else f"#{customer.id}"


def _get(session: Session, customer_id: int) -> Customer:
    customer = find_customer(session, customer_id)
    if customer is None or customer.erased_at:
        raise NotFound("There is no such customer.")
    return customer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
