"""The contact form: a ticket for a person, a sentence for a mistake, an article for a question that has one."""

import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supportbox import clock
from supportbox.channels.files import path_of
from supportbox.channels.form import is_address
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.kb.suggest import SuggestionCount
from supportbox.store import db
from supportbox.web.customer.stamp import make_stamp, read_stamp
from supportbox.web.help import tally
from tests.web.desk import letter
from tests.web.reader import open_library

GOOD = {
    "subject": "My bowl is broken",
    "message": "Hello,\r\nit came in two.",
    "name": "Eve",
    "email": "Eve@Example.org",
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def stamp(app: Flask, *, age: timedelta = timedelta(minutes=1)) -> str:
    return make_stamp(app.extensions["settings"].key("form"), now=clock.now() - age)


def send(app: Flask, client: FlaskClient, **fields: object) -> TestResponse:
    return client.post(
        "/contact", data={**GOOD, "stamp": stamp(app), **fields}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )


def tickets(app: Flask) -> list[Ticket]:
    with app.app_context():
        return list(db.session.scalars(select(Ticket).order_by(Ticket.id)))


def test_a_message_becomes_a_ticket_with_a_reference_and_a_link(app: Flask, client: FlaskClient) -> None:
    answer = send(app, client)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    (ticket,) = tickets(app)
    assert (ticket.subject, ticket.status, ticket.mailbox_id) == ("My bowl is broken", "open", 1)
    assert f"Its reference is {ticket.reference}. We will answer to e…@example.org." in page
    follow = re.search(r'href="(/r/[^"]+)"', page)
    assert follow
    assert "it came in two." in client.get(follow[1]).text
    with app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert (message.channel, message.sender_value, message.text) == (
            "form",
            "eve@example.org",
            "Hello,\nit came in two.",
        )
        acknowledged = db.session.scalars(select(Delivery)).one()
        assert (acknowledged.kind, acknowledged.receiver) == ("acknowledgement", "eve@example.org")


def test_the_same_form_twice_is_one_message(app: Flask, client: FlaskClient) -> None:
    once = stamp(app)
    first, second = send(app, client, stamp=once), send(app, client, stamp=once)
    assert first.status_code == second.status_code == 303
    assert len(tickets(app)) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Message)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("subject", " ", "Say in a few words what it is about."),
        ("subject", "x" * 201, "Make the subject shorter"),
        ("message", "\r\n", "Write what happened"),
        ("message", "x" * 20_001, "Make the message shorter"),
        ("email", "", "Give your e-mail address"),
        ("email", "eve@", "Check your e-mail address"),
        ("email", "eve@example.org\nBcc: all@example.org", "Check your e-mail address"),
    ],
)
def test_a_mistake_gets_a_sentence_and_loses_nothing(
    app: Flask, client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = send(app, client, **{field: value})
    assert answer.status_code == 422
    page = answer.text
    assert "<title>Error: Contact us" in page
    assert f'<a href="#{field}">{sentence}' in page
    assert f'id="{field}-error">{sentence}' in page
    kept = {name: text for name, text in GOOD.items() if name not in (field, "message")}
    assert all(f'value="{text}"' in page for text in kept.values())
    assert field == "message" or "it came in two." in page
    assert tickets(app) == []


def test_files_come_along_under_other_names(app: Flask, client: FlaskClient) -> None:
    send(app, client, files=[(io.BytesIO(b"picture"), "..\\..\\my bowl.jpg"), (io.BytesIO(b"<html>"), "a.html")])
    with app.app_context():
        kept = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
        assert [(one.filename, one.size) for one in kept] == [("my bowl.jpg", 7), ("a.html", 6)]
        path = app.extensions["settings"].files / path_of(kept[0].token)
        assert path.read_bytes() == b"picture"


def test_too_many_files_or_too_big_ones_are_refused_in_words(app: Flask, client: FlaskClient) -> None:
    many = send(app, client, files=[(io.BytesIO(b"x"), f"{n}.txt") for n in range(6)])
    big = send(app, client, files=[(io.BytesIO(b"x" * 10_000_001), "film.mp4")])
    big.request.environ["wsgi.input"].close()  # the test client leaves its file of ten megabytes open
    assert (many.status_code, big.status_code) == (422, 422)
    assert "Send at most 5 files at once." in many.text
    assert "“film.mp4” is larger than 10 MB. Send a smaller one." in big.text
    assert tickets(app) == []


def test_machines_that_fill_in_everything_are_spam_but_not_lost(app: Flask, client: FlaskClient) -> None:
    assert send(app, client, fax_number="12345").status_code == 303
    assert [ticket.status for ticket in tickets(app)] == ["spam"]
    with app.app_context():
        assert db.session.scalars(select(Delivery)).all() == []


@pytest.mark.parametrize(
    ("age", "sentence"),
    [(timedelta(0), "That was very quick."), (timedelta(hours=25), "This form had been open for a long time.")],
)
def test_a_form_sent_too_soon_or_too_late_is_asked_for_again(
    app: Flask, client: FlaskClient, age: timedelta, sentence: str
) -> None:
    answer = send(app, client, stamp=stamp(app, age=age))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "it came in two." in answer.text


def test_a_stamp_is_ours_or_nothing(app: Flask) -> None:
    key, now = b"k" * 32, clock.now()
    good = make_stamp(key, now=now)
    assert read_stamp(key, good, now=now)
    for bad in ("", "x", "..", good[:-1], good.replace(good[0], "7", 1), "zz.a." + good.rpartition(".")[2]):
        assert read_stamp(key, bad, now=now) is None


def test_an_address_or_a_place_may_write_a_few_times_an_hour(app: Flask, client: FlaskClient) -> None:
    for number in range(3):
        assert send(app, client, subject=f"matter {number}").status_code == 303
    fourth = send(app, client)
    assert fourth.status_code == 429
    assert "Wait a while, then send this again." in fourth.text
    assert "it came in two." in fourth.text
    assert len(tickets(app)) == 3


def test_a_claimed_address_opens_nobodys_ticket(app: Flask, client: FlaskClient, now: datetime) -> None:
    theirs = letter(app, now=now, subject="My secret order")
    answer = send(app, client, subject="Re: My secret order", email="cleo@example.org")
    assert f"SB-{theirs}." not in client.get(answer.location).text
    assert [ticket.message_count for ticket in tickets(app)] == [1, 1]


def test_words_of_a_search_are_filled_in(app: Flask, client: FlaskClient) -> None:
    assert 'name="subject" value="blue &lt;bowl&gt;"' in client.get("/contact?subject=blue+%3Cbowl%3E").text


def test_articles_are_offered_under_the_subject_and_counted(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    offered = client.get("/contact/suggestions?q=how+to+return").text
    number = re.search(r'<details data-article="(\d+)">', offered)
    assert number
    assert "Send it back within 30 days." in offered
    assert 'id="h-' not in offered
    client.post("/contact/suggestions", data={"opened": number[1]})
    assert client.post("/contact/solved", data={"solved": "en/return-an-item"}).location == "/contact/solved"
    send(app, client, subject="return")
    with app.test_request_context():
        tally.settle()
        row = db.session.scalars(select(SuggestionCount).where(SuggestionCount.article_id == int(number[1]))).one()
        assert (row.shown, row.opened, row.solved, row.sent) == (1, 1, 1, 1)


def test_without_a_script_articles_are_shown_on_request_and_words_kept(app: Flask, now: datetime) -> None:
    page = open_library(app, now).post("/contact", data={**GOOD, "subject": "return", "look": "1"}).text
    assert "<details data-article=" in page
    assert "it came in two." in page
    assert tickets(app) == []


def test_the_article_that_did_not_help_is_named_to_the_agent(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    assert "About the article:" in client.get("/contact?article=en/opening-hours").text
    send(app, client, article="en/opening-hours")
    with app.app_context():
        text = db.session.scalars(select(Message.text)).one()
    assert text.endswith("— Opening hours\nhttp://127.0.0.1:8000/help/en/a/opening-hours")


def test_the_form_speaks_the_browsers_language(app: Flask, client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/contact", headers={"Accept-Language": "fr"}).text
    assert "Set-Cookie" not in client.get("/contact").headers


@pytest.mark.parametrize("good", ["a@b.fr", "x.y+z@sub.example.co", "o'neil@example.org", "été@example.org"])
def test_addresses(good: str) -> None:
    assert is_address(good)


@pytest.mark.parametrize(
    "bad", ["a", "a@b", "@b.fr", "a@b.fr\n", "a b@c.fr", "a..b@c.fr", "a@-b.fr", "a@b..fr", "<a@b.fr>"]
)
def test_no_addresses(bad: str) -> None:
    assert not is_address(bad)
