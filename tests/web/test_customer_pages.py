"""Customers on the desk: the list, one customer's contacts and fields, merging, handing out and erasing."""

import io
import time
import zipfile
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, select

from supportbox import store
from supportbox.app import create_core
from supportbox.base import Base
from supportbox.config import load, make_secret
from supportbox.inbox.customer_list import PAGE, list_customers
from supportbox.inbox.ticket import Ticket
from supportbox.people.audit import Audit
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.customer_field import CustomerField
from supportbox.people.folding import fold
from supportbox.people.team import Team, TeamMailbox
from supportbox.store import db, transaction
from tests.conftest import NOW
from tests.web.desk import Browser, letter, sign_in

CLEO = "/inbox/customers/1"


def contact_of(app: Flask, value: str) -> Contact | None:
    with app.app_context():
        return db.session.scalar(select(Contact).where(Contact.value == value))


def test_a_number_is_kept_in_one_form_and_shown_in_groups(app: Flask, ada: Browser) -> None:
    ada.post(CLEO, f"{CLEO}/contacts", kind="phone", value="06 12 34 56 78", verified="1")
    kept = contact_of(app, "+33612345678")
    assert kept and kept.verified_how == "agent"
    page = ada.get(CLEO)
    assert 'href="tel:+33612345678"' in page and "06 12 34 56 78" in page and "verified by an agent" in page
    wrong = ada.post(CLEO, f"{CLEO}/contacts", kind="phone", value="call me")
    assert wrong.status_code == 400 and "is not a phone number such as" in wrong.text
    taken = ada.post(CLEO, f"{CLEO}/contacts", kind="email", value="dot@example.net")
    assert taken.status_code == 409 and "another customer" in taken.text


def test_a_contact_is_corrected_removed_and_stays_once_it_wrote(app: Flask, ada: Browser, now: datetime) -> None:
    ada.post(CLEO, f"{CLEO}/contacts", kind="email", value="cleo@exmaple.org")
    slip = contact_of(app, "cleo@exmaple.org")
    assert slip
    ada.post(CLEO, f"{CLEO}/contacts/{slip.id}", value="Cleo2@example.org")
    assert contact_of(app, "cleo2@example.org")
    assert ada.post(CLEO, f"{CLEO}/contacts/{slip.id}/deletion").status_code == 303
    assert contact_of(app, "cleo2@example.org") is None
    letter(app, now=now)
    wrote = contact_of(app, "cleo@example.org")
    assert wrote
    assert ada.post(CLEO, f"{CLEO}/contacts/{wrote.id}/deletion").status_code == 409
    dots = contact_of(app, "dot@example.net")
    assert dots
    page = ada.get(CLEO)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert ada.client.post(f"{CLEO}/contacts/{dots.id}/deletion", data={"csrf_token": token}).status_code == 404


def test_what_is_known_and_fields_of_ones_own(app: Flask, ada: Browser) -> None:
    ada.post("/settings/customer-fields", "/settings/customer-fields", name="Size", kind="choice", choices="S\nM")
    with app.app_context():
        number = db.session.scalars(select(CustomerField.id)).one()
    details = {"name": "Cléo", "company": "Ölwerk", "language": "fr", "timezone": "Asia/Tokyo", f"field_{number}": "M"}
    assert ada.post(CLEO, f"{CLEO}/details", **details).status_code == 303
    page = ada.get(CLEO)
    assert "Ölwerk" in page and "<option selected>M</option>" in page and "there now" in page
    assert "Cléo" in ada.get("/inbox/customers?q=cleo+olwerk")
    refused = ada.post(CLEO, f"{CLEO}/details", **{**details, f"field_{number}": "XL"})
    assert refused.status_code == 400 and "Size has to be one of" in refused.text
    assert (
        ada.post("/settings/customer-fields", "/settings/customer-fields", name="Size", kind="text").status_code == 409
    )
    ada.post("/settings/customer-fields", f"/settings/customer-fields/{number}/deletion")
    assert "<option selected>M" not in ada.get(CLEO)


def test_same_person_is_offered_merged_and_undone(app: Flask, ada: Browser, now: datetime) -> None:
    with app.app_context(), transaction() as session:
        other = Customer(name="C.", created_at=now)
        session.add(other)
        session.flush()
        session.add(Contact(customer_id=other.id, kind="sms", value="+33612345678", created_at=now))
        number = other.id
    ada.post(CLEO, f"{CLEO}/contacts", kind="phone", value="0612345678")
    assert "Same person?" in ada.get(CLEO) and "(the same number)" in ada.get(CLEO)
    assert ada.post(CLEO, f"{CLEO}/merge", other=str(number)).status_code == 303
    page = ada.get(CLEO)
    assert "was merged into this customer" in page and "Same person?" not in page
    assert ada.client.get(f"/inbox/customers/{number}").location == CLEO
    with app.app_context():
        assert db.session.scalars(select(Audit.data).where(Audit.kind == "customers_merged")).all() == [
            {"customer": f"#{number}", "into": "#1"}
        ]
    ada.post(CLEO, f"{CLEO}/merge/deletion")
    assert ada.client.get(f"/inbox/customers/{number}").status_code == 200


def test_export_and_erase_are_for_managers_who_type_the_name(app: Flask, ada: Browser, now: datetime) -> None:
    letter(app, now=now)
    ben = sign_in(app, "ben@shop.example")
    assert "Erase for good" not in ben.get(CLEO)
    with ada.post(CLEO, f"{CLEO}/export") as given:
        content = given.data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "It has not come." in archive.read("tickets.json").decode()
    refused = ada.post(CLEO, f"{CLEO}/erasure", name="Dot")
    assert refused.status_code == 400 and "Type Cleo exactly" in refused.text
    assert ada.post(CLEO, f"{CLEO}/erasure", name=" cleo ").location == "/inbox/customers?erased"
    assert ada.client.get(CLEO).status_code == 404
    assert "Cleo" not in ada.get("/inbox/customers?erased")
    with app.app_context():
        kinds = db.session.scalars(select(Audit.kind).where(Audit.kind.contains("customer")).order_by(Audit.id)).all()
        assert kinds == ["customer_exported", "customer_erased"]


def test_all_links_are_ended_at_once(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    ada.post(CLEO, f"{CLEO}/links/deletion")
    with app.app_context():
        assert db.session.get_one(Ticket, number).link_epoch == 1


def test_tickets_of_other_teams_are_not_counted(app: Flask, now: datetime) -> None:
    letter(app, now=now)
    with app.app_context(), transaction() as session:
        team = Team(name="Secret")
        session.add(team)
        session.flush()
        session.add(TeamMailbox(team_id=team.id, mailbox_id=1))
    assert "1 ticket<" in sign_in(app).get("/inbox/customers"), "an owner sees all"
    assert "0 tickets<" in sign_in(app, "ben@shop.example").get("/inbox/customers")


def test_retention_is_counted_before_it_is_saved(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).close(by=None, at=now)
    page = "/settings/retention"
    rules = {"purge_days": "30", "forget_months": "1", "raw_days": "0"}
    counted = ada.post(page, page, do="count", **rules)
    assert "1 closed ticket<" in counted.text and "With these rules" in counted.text
    assert 'name="forget_months" value="0"' in ada.get(page), "counting saves nothing"
    assert ada.post(page, page, do="save", **rules).status_code == 303
    assert 'name="forget_months" value="1"' in ada.get(page)
    assert ada.post(page, page, do="save", **{**rules, "raw_days": "soon"}).status_code == 422


@pytest.mark.parametrize("query", ["", "customer 99", "amelie roy77777", "c77777@exa", "0612077777", "nobody at all"])
def test_a_hundred_thousand_customers_are_listed_and_searched_fast(query: str, many: Flask) -> None:
    with many.app_context():
        connection = db.session.connection()
        times = []
        for _ in range(5):
            began = time.perf_counter()
            page = list_customers(connection, query)
            times.append(time.perf_counter() - began)
    assert min(times) < 0.25, times
    assert bool(page.rows) == (query != "nobody at all")
    assert len(page.rows) <= PAGE


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An instance with 100,000 customers, a mail address and a number each."""
    instance = tmp_path_factory.mktemp("many") / "instance"
    instance.mkdir()
    make_secret(instance)
    settings = load({}, instance=instance)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        names = [(n, f"Amélie Roy{n}" if n % 2 else f"Customer {n}") for n in range(1, 100_001)]
        connection.execute(
            insert(Customer.__table__),  # type: ignore[arg-type]  # a FromClause to the checker, a Table in fact
            [
                {"id": n, "name": name, "search_key": fold(name), "language": "", "notes": "", "company": "",
                 "timezone": "", "preferred_channel": "", "fields": {}, "created_at": NOW}
                for n, name in names
            ],
        )  # fmt: skip
        connection.execute(
            insert(Contact.__table__),  # type: ignore[arg-type]  # as above
            [
                {"customer_id": n, "kind": kind, "value": value, "created_at": NOW}
                for n, _ in names
                for kind, value in (("email", f"c{n}@example.org"), ("phone", f"+336120{n:05}"))
            ],
        )
    engine.dispose()
    return create_core(settings)
