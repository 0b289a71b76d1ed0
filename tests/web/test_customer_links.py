"""Links that are over, codes, other requests and ratings: what the right person can do, and Dot cannot."""

import re
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.event import Event
from supportbox.inbox.rating import Rating
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.people.request_link import LASTS, make_request_token
from supportbox.people.throttle import Attempt
from supportbox.store import db, transaction
from tests.web.desk import letter


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def link(app: Flask, number: int, *, now: datetime | None = None, epoch: int = 0) -> str:
    key = app.extensions["settings"].key("request-link")
    return "/r/" + make_request_token(key, number, now=now or clock.now(), epoch=epoch)


def letters_of_ours(app: Flask) -> list[tuple[str, str]]:
    """To whom and with which words."""
    with app.app_context():
        rows = db.session.execute(
            select(Delivery.receiver, DeskLetter.text).join(DeskLetter, DeskLetter.id == Delivery.desk_letter_id)
        ).all()
        return [(receiver, unseal(app.extensions["settings"], sealed)) for receiver, sealed in rows]


def close(app: Flask, number: int, at: datetime) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).close(by=session.scalars(select(Agent)).first(), at=at)


def forget_tries(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(delete(Attempt))


def test_a_link_that_is_over_gets_a_new_one_by_mail_alone(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    old = link(app, number, now=clock.now() - 2 * LASTS)
    page = client.get(old)
    assert page.status_code == 404 and f'action="{old}/renewal"' in page.text
    assert "Where is my parcel?" not in page.text
    answer = client.post(f"{old}/renewal")
    assert answer.status_code == 200
    [(receiver, words)] = letters_of_ours(app)
    assert receiver == "cleo@example.org"
    fresh = re.findall(r"/r/\S+", words)[0]
    assert fresh not in answer.text
    assert "It has not come." in client.get(fresh).text


def test_the_answer_is_the_same_for_every_link(app: Flask, client: FlaskClient, now: datetime) -> None:
    real = link(app, letter(app, now=now), now=clock.now() - 2 * LASTS)
    invented = real[:-4] + "AAAA"
    answers = {client.post(f"{one}/renewal").text for one in (real, invented, "/r/x", "/r/999.1.x")}
    assert len(answers) == 1
    assert len(letters_of_ours(app)) == 1
    for _ in range(9):
        assert client.post(f"{real}/renewal").status_code == 200
    assert len(letters_of_ours(app)) == 3, "three a day"


def test_ended_links_open_nothing_and_a_new_one_works(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    old = link(app, number)
    assert client.get(old).status_code == 200
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).link_epoch += 1
    for method, path in (
        ("GET", ""),
        ("POST", "/messages"),
        ("POST", "/closure"),
        ("POST", "/rating"),
        ("POST", "/code"),
    ):
        assert client.open(old + path, method=method, data={"message": "x", "verdict": "3"}).status_code == 404
    assert client.get(link(app, number, epoch=1)).status_code == 200
    assert client.get(link(app, number, epoch=2)).status_code == 404
    client.post(f"{old}/renewal")
    assert len(letters_of_ours(app)) == 1


def test_the_parcel_has_names_and_times(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        ticket = session.get_one(Ticket, number)
        ticket.seen_at, ticket.assignee_id = now, session.scalars(select(Agent.id).where(Agent.name == "Ben")).one()
    page = client.get(link(app, number)).text
    assert "Seen by Ben" in page and "We are on it" in page
    assert page.count("<time class=") == 2
    close(app, number, now)
    assert "· Finished</p>" in client.get(link(app, number)).text


def test_a_rating_is_chosen_by_a_link_and_given_by_a_button(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    page = link(app, number)
    assert "How did we do?" not in client.get(page).text
    assert client.post(f"{page}/rating", data={"verdict": "3"}).status_code == 422, "open"
    close(app, number, now)
    assert re.search(r'value="3"[^>]* checked', client.get(f"{page}?rate=3").text)
    with app.app_context():
        assert db.session.scalars(select(Rating)).all() == []
    assert client.post(f"{page}/rating", data={"verdict": "4"}).status_code == 422
    assert client.post(f"{page}/rating", data={"verdict": "3", "sentence": " Fast! "}).status_code == 303
    client.post(f"{page}/rating", data={"verdict": "3", "sentence": "Fast!"})
    client.post(f"{page}/rating", data={"verdict": "1", "sentence": "Not after all."})
    with app.app_context():
        rows = db.session.execute(select(Rating.verdict, Rating.sentence)).all()
        told = db.session.scalars(select(Event.data).where(Event.kind == "rated")).all()
    assert [tuple(row) for row in rows] == [(1, "Not after all.")]
    assert [one["verdict"] for one in told] == [3, 1]
    assert "Thank you" in client.get(page).text
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).reopen(by=None, at=now)
    close(app, number, now + timedelta(days=1))
    client.post(f"{page}/rating", data={"verdict": "2"})
    with app.app_context():
        assert db.session.scalars(select(Rating.verdict).order_by(Rating.id)).all() == [1, 2], "one a closing"


def code_of(app: Flask) -> str:
    words = letters_of_ours(app)[-1][1]
    return "".join(re.findall(r"\d{3}", words)[:2])


def test_other_requests_are_shown_after_a_code_to_the_customers_own_mail(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    one, other = letter(app, now=now), letter(app, now=now, subject="An invoice please")
    spam = letter(app, now=now, subject="Buy now")
    foreign = letter(app, now=now, subject="Dots own", sender="dot@example.net")
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, spam).mark_spam(by=None, at=now)
    page = link(app, one)
    assert "An invoice" not in client.get(page).text
    sent = client.post(f"{page}/code")
    assert sent.status_code == 200 and "c…@example.org" in sent.text
    assert letters_of_ours(app)[-1][0] == "cleo@example.org"
    assert code_of(app) not in sent.text
    shown = client.post(f"{page}/others", data={"code": code_of(app)})
    assert shown.status_code == 303
    listed = client.get(page).text
    assert "An invoice please" in listed and "Buy now" not in listed and "Dots own" not in listed
    onward = re.findall(rf'href="(/r/{other}\.[^"]+)"', listed)[0]
    assert client.get(onward).status_code == 200
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.value == "cleo@example.org")).one()
        assert contact.verified_how == "code"
    assert "An invoice please" not in app.test_client().get(page).text, "in this browser alone"
    assert "An invoice please" not in client.get(link(app, foreign)).text, "and of this customer alone"


def test_dot_with_a_copied_link_sees_one_request_and_no_other(app: Flask, client: FlaskClient, now: datetime) -> None:
    one = letter(app, now=now)
    letter(app, now=now, subject="An invoice please")
    page = link(app, one)
    client.post(f"{page}/code")
    right = code_of(app)
    answers = [
        client.post(f"{page}/others", data={"code": f"{n:06}"}).status_code for n in range(20) if f"{n:06}" != right
    ]
    assert set(answers) == {422}
    assert client.post(f"{page}/others", data={"code": right}).status_code == 422, "five tries, then none"
    for _ in range(10):
        client.post(f"{page}/code")
    assert len(letters_of_ours(app)) == 3, "three letters an hour"
    assert "An invoice please" not in client.get(page).text


def test_no_code_goes_to_an_address_that_somebody_only_typed(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE message SET contact_id = NULL"))
    assert "Send me a code" not in client.get(link(app, number)).text
    assert client.post(f"{link(app, number)}/code").status_code == 303
    assert letters_of_ours(app) == []


def test_opening_changes_nothing_at_all(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    close(app, number, now)

    def everything() -> dict[str, list[tuple[object, ...]]]:
        with app.app_context():
            tables = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
            return {
                name: [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"'))] for name in tables
            }

    states = [everything()]
    for path in ("", "?rate=3", "?rated", "?lang=fr"):
        answer = client.get(link(app, number) + path)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        client.get(link(app, number, now=clock.now() - 2 * LASTS) + path)
        states.append(everything())
    assert all(one == next_one for one, next_one in pairwise(states))


def test_it_speaks_the_customers_language(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        session.scalars(select(Customer).where(Customer.name == "Cleo")).one().language = "fr"
    page = client.get(link(app, number), headers={"Accept-Language": "en"}).text
    assert '<html lang="fr"' in page and "Votre demande" in page
    assert '<html lang="en"' in client.get(link(app, number) + "?lang=en").text
