"""A customer's own request: one ticket behind one signed link; looking changes nothing, writing joins it."""

import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox import reply
from supportbox.inbox.event import Event
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.request_link import LASTS, make_request_token, read_request_token
from supportbox.store import db, transaction
from tests.web.desk import letter


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def link(app: Flask, ticket_id: int) -> str:
    return "/r/" + make_request_token(app.extensions["settings"].key("request-link"), ticket_id, now=clock.now())


def answer(app: Flask, ticket_id: int, text: str, now: datetime, *, is_note: bool = False, undo: int = 0) -> None:
    with app.app_context(), transaction() as session:
        agent = session.scalars(select(Agent).where(Agent.name == "Ben")).one()
        ticket = session.get_one(Ticket, ticket_id)
        reply(session, ticket, agent, text, now=now, is_note=is_note, undo=timedelta(seconds=undo))


def ticket_of(app: Flask, ticket_id: int) -> Ticket:
    with app.app_context():
        return db.session.get_one(Ticket, ticket_id)


def test_it_shows_how_far_it_is_and_what_was_said(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    page = client.get(link(app, number)).text
    assert "It has not come." in page
    assert page.count('<li class="done">') == 1
    answer(app, number, "It is **on its way**.", now)
    page = client.get(link(app, number)).text
    assert "<strong>on its way</strong>" in page
    assert ">Ben</span>" in page
    assert "ben@shop.example" not in page
    assert page.count('<li class="done">') == 3


def test_it_hides_notes_undone_replies_and_those_that_wait(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    answer(app, number, "between us: refund her", now, is_note=True)
    answer(app, number, "not gone yet", clock.now(), undo=600)
    page = client.get(link(app, number)).text
    assert "between us" not in page
    assert "not gone yet" not in page


def test_it_hides_what_others_wrote(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        session.add(Message(ticket_id=number, kind="customer", channel="email", at=now, text="I am not Cleo"))
    assert "I am not Cleo" not in client.get(link(app, number)).text


def test_looking_changes_nothing(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    before = ticket_of(app, number).version
    for address in ("", "/messages", "/closure"):
        client.get(link(app, number) + address)
    client.head(link(app, number))
    with app.app_context():
        kinds = set(db.session.scalars(select(Event.kind)))
    assert ticket_of(app, number).version == before
    assert kinds == {"opened", "received"}


def test_an_answer_joins_the_ticket_and_opens_it_again(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=clock.now())
    answer(app, number, "Which size?", clock.now())
    assert ticket_of(app, number).status == "waiting"
    data = {"message": "Size 42.\r\nThanks", "once": "abc", "files": [(io.BytesIO(b"x"), "foot.jpg")]}
    sent = client.post(f"{link(app, number)}/messages", data=data)
    assert sent.status_code == 303
    page = client.get(sent.location).text
    assert "Size 42.\nThanks" in page
    assert "foot.jpg" in page
    assert ticket_of(app, number).status == "open"
    with app.app_context():
        newest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert newest
        assert (newest.ticket_id, newest.channel, newest.sender_value) == (number, "form", "cleo@example.org")


def test_the_same_answer_twice_is_one_message(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=clock.now())
    for _ in range(2):
        client.post(f"{link(app, number)}/messages", data={"message": "Again?", "once": "abc"})
    assert ticket_of(app, number).message_count == 2


def test_an_empty_answer_gets_a_sentence(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    sent = client.post(f"{link(app, number)}/messages", data={"message": " "})
    assert sent.status_code == 422
    assert "Write what happened" in sent.text


def test_solved_closes_it(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    page = link(app, number)
    assert client.post(f"{page}/closure").status_code == 303
    assert ticket_of(app, number).status == "closed"
    assert "This request is closed." in client.get(page).text
    assert client.post(f"{page}/closure").status_code == 303, "twice does no harm"


def test_files_are_downloads_of_this_request_only(app: Flask, client: FlaskClient, now: datetime) -> None:
    mine, other = (
        letter(app, now=clock.now()),
        letter(app, now=clock.now(), subject="Another", sender="dot@example.net"),
    )
    client.post(f"{link(app, mine)}/messages", data={"message": "see", "files": (io.BytesIO(b"<script>"), "é a.html")})
    with app.app_context():
        token = db.session.scalars(select(Attachment.token)).one()
    with client.get(f"{link(app, mine)}/files/{token}") as given:
        assert given.data == b"<script>"
        assert given.mimetype == "application/octet-stream"
        assert given.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{link(app, other)}/files/{token}").status_code == 404
    assert client.get(f"{link(app, mine)}/files/../../secret.key").status_code == 404


def test_a_link_is_for_one_ticket_and_over_after_a_month(app: Flask, client: FlaskClient, now: datetime) -> None:
    key = app.extensions["settings"].key("request-link")
    one, other = letter(app, now=now), letter(app, now=now, subject="Another")
    token = make_request_token(key, one, now=now)
    assert read_request_token(key, token, now=now + LASTS - timedelta(seconds=1)) == one
    assert read_request_token(key, token, now=now + LASTS) is None
    for bad in (
        "",
        "x",
        "1",
        "1.2.3",
        f"{other}.{token.partition('.')[2]}",
        token + "A",
        token[:-1],
        "9" * 500,
        "1.é.3",
    ):
        assert read_request_token(key, bad, now=now) is None
        assert client.get(f"/r/{bad}").status_code == 404
    assert "This link is too old" in client.get(f"/r/{make_request_token(key, one, now=now - 2 * LASTS)}").text


def test_a_deleted_request_is_gone(app: Flask, client: FlaskClient, now: datetime) -> None:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, number).deleted_at = now
    assert client.get(link(app, number)).status_code == 404


def test_a_merged_request_leads_on_only_to_the_same_customers(app: Flask, client: FlaskClient, now: datetime) -> None:
    old, same = letter(app, now=now, subject="Old"), letter(app, now=now, subject="Same")
    other = letter(app, now=now, subject="Other", sender="dot@example.net")
    for target, status in ((same, 200), (other, 404)):
        with app.app_context(), transaction() as session:
            session.get_one(Ticket, old).merged_into_id = target
        assert client.get(link(app, old)).status_code == status


def test_nobody_may_keep_or_index_it(app: Flask, client: FlaskClient, now: datetime) -> None:
    answer = client.get(link(app, letter(app, now=now)))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
