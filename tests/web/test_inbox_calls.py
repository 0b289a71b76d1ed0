"""Logging a call with its history before the first word, calls to make, and handing over, on the pages of the desk."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox.callback import Callback, ask_for_call, soonest
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.people.team import make_team
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter

NUMBER = "06 12 34 56 78"


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def number(app: Flask, now: datetime) -> int:
    """Cleo's ticket; her phone number is known."""
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        cleo = session.scalars(select(Customer).where(Customer.name == "Cleo")).one()
        add_contact(session, cleo, "phone", NUMBER, region="FR", now=now)
    return number


def _log(ada: Browser, **fields: str) -> int:
    answer = ada.post("/inbox/calls/new", "/inbox/calls/new", **fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].split("SB-")[1].split("#")[0])


def test_who_calls_and_what_there_was_is_there_before_the_first_word(ada: Browser, number: int) -> None:
    piece = ada.get(f"/inbox/calls/who?who={NUMBER}")
    assert "Cleo" in piece
    assert f'name="ticket" value="{number}" checked' in piece
    assert "Where is my parcel?" in piece
    stranger = ada.get("/inbox/calls/who?who=0687654321")
    assert "Nobody is known" in stranger and "Cleo" not in stranger
    assert "is not a phone number" in ada.get("/inbox/calls/who?who=teapot")
    whole = ada.post("/inbox/calls/new", "/inbox/calls/new", who=NUMBER, text="She asks", look="1")
    assert whole.status_code == 200
    assert "Where is my parcel?" in whole.text and "She asks" in whole.text
    assert "Where is my parcel?" in ada.get(f"/inbox/calls/new?ticket={number}")


def test_a_call_is_in_the_ticket_and_the_customer_waits_no_more(ada: Browser, app: Flask, number: int) -> None:
    fields = {"who": NUMBER, "ticket": str(number), "text": "It comes on Monday.", "length": "4:10"}
    assert _log(ada, **fields) == number
    page = ada.get(f"/inbox/tickets/SB-{number}")
    assert "Call from the customer, 4 min" in page and "It comes on Monday." in page
    assert 'href="tel:+33612345678"' in page
    with app.app_context():
        ticket = db.session.get_one(Ticket, number)
        message = db.session.scalars(select(Message).where(Message.channel == "phone")).one()
        assert (ticket.status, ticket.waiting_since, ticket.message_count) == ("open", None, 2)
        assert (message.kind, message.facts["call"]["seconds"]) == ("note", 250)
        assert message.contact_id


def test_the_same_form_sent_twice_is_one_call(ada: Browser, app: Flask, number: int) -> None:
    fields = {"who": NUMBER, "ticket": str(number), "text": "Monday.", "send_token": "once"}
    assert _log(ada, **fields) == _log(ada, **fields)
    with app.app_context():
        assert len(db.session.scalars(select(Message).where(Message.channel == "phone")).all()) == 1


def test_a_new_caller_gets_a_ticket_and_nobody_answering_leaves_them_waiting(ada: Browser, app: Flask) -> None:
    new = _log(ada, who="0687654321", name="Dora", text="Wants a bowl", direction="in", outcome="no-answer", back="2h")
    with app.app_context():
        ticket, callback = db.session.get_one(Ticket, new), db.session.scalars(select(Callback)).one()
        assert ticket.subject == "Wants a bowl"
        assert db.session.get_one(Customer, ticket.customer_id).name == "Dora"
        assert (callback.ticket_id, callback.phone) == (new, "+33687654321")
    page = ada.get("/inbox/")
    assert "Calls to make" in page


def test_a_visit_and_a_letter_with_its_scan_are_noted_in_the_same_way(ada: Browser, app: Flask, number: int) -> None:
    assert _log(ada, kind="counter", who="cleo@example.org", ticket=str(number), text="Showed the lid.") == number
    page = ada.get("/inbox/calls/new?kind=post")
    assert "The scanned letter" in page
    import io

    from tests.web.desk import form_fields

    fields = form_fields(page, "/inbox/calls/new")
    data = {**fields, "who": "cleo@example.org", "ticket": str(number), "files": (io.BytesIO(b"%PDF-"), "scan.pdf")}
    answer = ada.client.post("/inbox/calls/new", data=data)
    assert answer.status_code == 303
    shown = ada.get(f"/inbox/tickets/SB-{number}")
    assert "Visit of the customer" in shown and "Paper letter from the customer" in shown and "scan.pdf" in shown
    with app.app_context():
        assert db.session.scalars(select(Attachment.filename)).all() == ["scan.pdf"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"who": "", "text": "Hello"}, "Write the number or the address"),
        ({"who": "teapot", "text": "Hello"}, "is not a phone number"),
        ({"who": NUMBER, "text": "Hello", "length": "long"}, "is not a duration"),
        ({"who": NUMBER, "text": "Hello", "back": "at", "back_at": "soon"}, "Say when to call back"),
        ({"who": NUMBER, "text": "Hello", "ticket": "1999"}, "There is no ticket of this number"),
    ],
)
def test_what_hinders_is_said_and_every_word_kept(
    ada: Browser, app: Flask, fields: dict[str, str], sentence: str
) -> None:
    answer = ada.post("/inbox/calls/new", "/inbox/calls/new", **fields)
    assert answer.status_code in (400, 404)
    assert sentence in answer.text and "Hello" in answer.text
    with app.app_context():
        assert db.session.scalar(select(Message)) is None


def test_calls_to_make_are_late_in_words_and_done_by_one_press(
    ada: Browser, app: Flask, number: int, now: datetime
) -> None:
    with app.app_context(), transaction() as session:
        before = now - timedelta(hours=5)
        ticket = session.get_one(Ticket, number)
        ask_for_call(session, ticket=ticket, phone=NUMBER, slot=soonest(before), now=before, how="page", region="FR")
    page = ada.get("/inbox/calls")
    assert "late by 3 h" in page and "06 12 34 56 78" in page and 'href="tel:+33612345678"' in page
    assert "late by 3 h" in ada.get(f"/inbox/tickets/SB-{number}")
    assert ada.post("/inbox/calls", "/inbox/calls/1/again", after="1d").status_code == 303
    assert "in 24 h" in ada.get("/inbox/calls") or "in 23 h" in ada.get("/inbox/calls")
    assert ada.post("/inbox/calls", "/inbox/calls/1/done", outcome="reached").status_code == 303
    assert "Nobody waits for a call." in ada.get("/inbox/calls")
    assert "called back" in ada.get(f"/inbox/tickets/SB-{number}")


def test_a_call_that_reached_them_ends_the_call_back(ada: Browser, app: Flask, number: int, now: datetime) -> None:
    with app.app_context(), transaction() as session:
        ticket = session.get_one(Ticket, number)
        ask_for_call(session, ticket=ticket, phone=NUMBER, slot=soonest(now), now=now, how="page", region="FR")
    _log(ada, who=NUMBER, ticket=str(number), text="Not there", direction="out", outcome="no-answer")
    assert "Nobody waits" not in ada.get("/inbox/calls")
    _log(ada, who=NUMBER, ticket=str(number), text="All well", direction="out")
    assert "Nobody waits" in ada.get("/inbox/calls")


def test_handing_over_assigns_and_says_what_was_said_and_is_due(
    ada: Browser, app: Flask, number: int, now: datetime
) -> None:
    with app.app_context(), transaction() as session:
        ticket = session.get_one(Ticket, number)
        ask_for_call(session, ticket=ticket, phone=NUMBER, slot=soonest(now), now=now, how="page", region="FR")
        make_team(session, "Returns")
    address = f"/inbox/tickets/SB-{number}/handover"
    draft = ada.get(address)
    assert (
        "It has not come." in draft
        and "Promised:" in draft
        and "call 06 12 34 56 78" in draft
        and "Team Returns" in draft
    )
    assert ada.post(address, address, note="Promised: Monday", to="").status_code == 400
    assert ada.post(address, address, note="Promised: Monday", to="2").status_code == 303
    page = ada.get(f"/inbox/tickets/SB-{number}")
    assert "Promised: Monday" in page and "handed it over to Ben" in page
    with app.app_context():
        assert db.session.get_one(Ticket, number).assignee_id == 2
    assert ada.post(address, address, note="For whoever is free", to="team-1").status_code == 303
    with app.app_context():
        assert db.session.get_one(Ticket, number).assignee_id is None


def test_a_manager_decides_whether_customers_may_ask(ada: Browser) -> None:
    page = "/inbox/calls"
    assert "Customers can ask to be called." in ada.get(page)
    assert ada.post(page, "/inbox/calls/offer").status_code == 303
    assert "Customers cannot ask to be called." in ada.get(page)
    assert ada.post(page, "/inbox/calls/offer", offer="1").status_code == 303
    assert "Customers can ask to be called." in ada.get(page)
