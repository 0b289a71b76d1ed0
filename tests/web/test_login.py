"""Signing in: the right people, nobody else, and not by trying."""

from flask import Flask

from supportbox.people.agent import Agent
from supportbox.people.agent_session import end_sessions
from supportbox.store import db, transaction
from supportbox.web.login import TRIES_HERE
from tests.web.desk import PASSWORD, Browser, sign_in


def test_the_right_password_opens_the_inbox(app: Flask) -> None:
    browser = Browser(app.test_client())
    answer = browser.post("/login", "/login", email=" Ada@Shop.example ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/inbox/")
    assert "Unassigned" in browser.get("/inbox/")


def test_wrong_and_unknown_get_the_same_answer(app: Flask) -> None:
    browser = Browser(app.test_client())
    wrong = browser.post("/login", "/login", email="ada@shop.example", password="not it at all")
    unknown = browser.post("/login", "/login", email="nobody@shop.example", password="not it at all")
    assert wrong.status_code == unknown.status_code == 401
    without = [answer.text.replace(name, "") for answer, name in ((wrong, "ada@"), (unknown, "nobody@"))]
    assert without[0] == without[1]


def test_trying_ends(app: Flask) -> None:
    browser = Browser(app.test_client())
    for _ in range(TRIES_HERE):
        assert browser.post("/login", "/login", email="ada@shop.example", password="guess").status_code == 401
    assert browser.post("/login", "/login", email="ada@shop.example", password=PASSWORD).status_code == 429
    assert browser.post("/login", "/login", email="ben@shop.example", password=PASSWORD).status_code == 303


def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/inbox/mine?tag=vip")
    assert answer.location == "/login?next=/inbox/mine%3Ftag%3Dvip"
    back = Browser(client).post(answer.location, "/login", email="ada@shop.example", password=PASSWORD)
    assert back.location == "/inbox/mine?tag=vip"


def test_never_to_another_site(app: Flask) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\tevil"):
        browser = Browser(app.test_client())
        answer = browser.post("/login", "/login", email="ada@shop.example", password=PASSWORD, next=address)
        assert answer.location == "/inbox/"


def test_an_ended_session_and_a_deactivated_agent_are_out_at_once(app: Flask) -> None:
    ada, ben = sign_in(app), sign_in(app, "ben@shop.example")
    with app.app_context(), transaction() as session:
        end_sessions(session, session.query(Agent).filter_by(email="ada@shop.example").one().id)
        session.query(Agent).filter_by(email="ben@shop.example").one().is_active = False
    assert ada.client.get("/inbox/").status_code == 303
    assert ben.client.get("/inbox/").status_code == 303


def test_signing_out_takes_a_form(app: Flask) -> None:
    ada = sign_in(app)
    assert ada.client.get("/logout").status_code == 405
    assert ada.client.post("/logout").status_code == 400
    assert ada.post("/inbox/", "/logout").location == "/login"
    assert ada.client.get("/inbox/").status_code == 303


def test_a_new_password_ends_the_other_sessions(app: Flask) -> None:
    here, there = sign_in(app), sign_in(app)
    wrong = here.post("/settings/me", "/settings/me/password", old="not it", new="another long one")
    assert wrong.status_code == 400
    right = here.post("/settings/me", "/settings/me/password", old=PASSWORD, new="another long one")
    assert right.status_code == 303
    assert here.client.get("/inbox/").status_code == 200
    assert there.client.get("/inbox/").status_code == 303


def test_settings_of_ones_own(app: Flask) -> None:
    ada = sign_in(app)
    ada.post("/settings/me", "/settings/me", name="Ada R.", language="fr", theme="dark")
    page = ada.get("/inbox/")
    assert '<html lang="fr" data-theme="dark">' in page
    assert 'data-keys="off"' in page
    assert "Non attribués" in page
    with app.app_context():
        assert db.session.query(Agent).filter_by(email="ada@shop.example").one().name == "Ada R."
