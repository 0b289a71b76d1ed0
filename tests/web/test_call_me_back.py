"""Customers ask to be called: behind their link and with the contact form; and see their calls without our words."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.call import Call, log_call
from supportbox.inbox.callback import Callback
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.business import change_business
from supportbox.store import db, transaction
from supportbox.web.customer.call_offer import offered, slot_of
from supportbox.web.customer.stamp import make_stamp
from supportbox.web.reading import forget_business
from tests.web.desk import letter
from tests.web.test_customer_request import link

NUMBER = "06 12 34 56 78"
FRIDAY = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # 16:30 in Paris


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_times_offered_are_working_days_to_come(app: Flask) -> None:
    with app.test_request_context("/contact"):
        keys = [key for key, _words in offered(FRIDAY)]
        assert keys == ["soon", "2026-03-09T09", "2026-03-09T14", "2026-03-10T09", "2026-03-10T14"]
        slot = slot_of("2026-03-09T09", FRIDAY)
        assert (slot.start, slot.end) == (datetime(2026, 3, 9, 8, tzinfo=UTC), datetime(2026, 3, 9, 11, tzinfo=UTC))
        with pytest.raises(Refused):
            slot_of("2026-03-05T09", FRIDAY)


def test_a_customer_asks_behind_their_link(app: Flask, client: FlaskClient, now: datetime) -> None:
    page = link(app, letter(app, now=now))
    assert "Call me back" in client.get(page).text
    wrong = client.post(f"{page}/call", data={"phone": "teapot", "slot": "soon"})
    assert wrong.status_code == 422 and "is not a phone number" in wrong.text and 'value="teapot"' in wrong.text
    for _ in range(2):
        assert client.post(f"{page}/call", data={"phone": NUMBER, "slot": "soon"}).status_code == 303
    assert "We will call you at 06 12 34 56 78." in client.get(page).text
    with app.app_context():
        (callback,) = db.session.scalars(select(Callback)).all()
        assert (callback.phone, callback.asked_how) == ("+33612345678", "page")


def test_a_desk_that_does_not_call_offers_none(app: Flask, client: FlaskClient, now: datetime) -> None:
    page = link(app, letter(app, now=now))
    with app.app_context():
        with transaction() as session:
            change_business(session, calls_back=False)
        forget_business()
    assert "Call me back" not in client.get(page).text
    assert "Call me back" not in client.get("/contact").text
    assert client.post(f"{page}/call", data={"phone": NUMBER}).status_code == 404


def test_the_contact_form_asks_besides(app: Flask, client: FlaskClient) -> None:
    stamp = make_stamp(app.extensions["settings"].key("form"), now=clock.now() - timedelta(seconds=5))
    fields = {"subject": "Lid", "message": "It broke.", "email": "eve@example.net", "stamp": stamp, "wants_call": "1"}
    assert "Give the number" in client.post("/contact", data={**fields, "phone": ""}).text
    assert "is not a phone number" in client.post("/contact", data={**fields, "phone": "teapot"}).text
    assert client.post("/contact", data={**fields, "phone": NUMBER, "slot": "soon"}).status_code == 303
    with app.app_context():
        (callback,) = db.session.scalars(select(Callback)).all()
        assert db.session.get_one(Ticket, callback.ticket_id).subject == "Lid"
        assert callback.asked_how == "form"


def test_the_customer_sees_that_there_was_a_call_and_no_word_of_it(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        ben = session.scalars(select(Agent).where(Agent.name == "Ben")).one()
        call = Call(seconds=250, text="She was rather cross.")
        log_call(session, ben, session.get_one(Ticket, number), call, contact_id=None, now=now)
    page = client.get(link(app, number)).text
    assert "Call, 4 min" in page
    assert "cross" not in page and "Ben" not in page
