"""A new password by letter: for whoever reads the agent's mail, once, within an hour; nobody else learns a thing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.audit import Audit
from supportbox.people.reset import PasswordReset
from supportbox.store import db, transaction
from tests.web.desk import PASSWORD, Browser, sign_in

NEW = "three purple lanterns"


@pytest.fixture
def desk(app: Flask) -> Flask:
    """A desk that can send."""
    with app.app_context(), transaction() as session:
        session.execute(update(Mailbox).values(smtp_url="smtp://127.0.0.1:9"))
    return app


def ask(app: Flask, email: str) -> tuple[int, str]:
    browser = Browser(app.test_client())
    token = browser.get("/login/reset").split('name="csrf_token" value="')[1].split('"')[0]
    with browser.client.post("/login/reset", data={"csrf_token": token, "email": email}) as answer:
        return answer.status_code, answer.text


def links(app: Flask) -> list[str]:
    with app.app_context():
        texts = db.session.scalars(select(DeskLetter.text).order_by(DeskLetter.id)).all()
        found = [re.search(r"https?://\S+", unseal(app.extensions["settings"], text)) for text in texts]
    return [one[0] for one in found if one]


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_the_letter_sets_a_new_password_once_and_ends_every_session(desk: Flask) -> None:
    old = sign_in(desk)
    ask(desk, "Ada@shop.example ")
    [link] = links(desk)
    path = path_of(link)
    browser = Browser(desk.test_client())
    weak = browser.post(path, path, password="short")
    assert weak.status_code == 400 and "at least 10 characters" in weak.text
    assert browser.post(path, path, password=NEW).location == "/login?new"
    assert old.client.get("/settings/me").status_code == 303
    assert browser.client.get(path).status_code == 404
    assert browser.post("/login", "/login", email="ada@shop.example", password=PASSWORD).status_code == 401
    assert browser.post("/login", "/login", email="ada@shop.example", password=NEW).status_code == 303


def test_the_letter_is_kept_without_its_link_in_the_clear(desk: Flask) -> None:
    ask(desk, "ada@shop.example")
    token = links(desk)[0].rpartition("/")[2]
    with desk.app_context():
        assert token not in db.session.scalars(select(DeskLetter.text)).one()
        assert token not in db.session.scalars(select(PasswordReset.token_hash)).one()
        assert db.session.scalars(select(Delivery.kind)).one() == "reset"


def test_known_and_unknown_get_the_same_page(desk: Flask) -> None:
    known, unknown = ask(desk, "ada@shop.example"), ask(desk, "nobody@shop.example")
    assert known == unknown and known[0] == 200
    assert len(links(desk)) == 1


def test_a_deactivated_agent_gets_no_letter(desk: Flask) -> None:
    with desk.app_context(), transaction() as session:
        session.execute(update(Agent).where(Agent.name == "Ben").values(is_active=False))
    ask(desk, "ben@shop.example")
    assert links(desk) == []


def test_three_letters_an_hour_and_the_last_link_counts(desk: Flask) -> None:
    for _ in range(6):
        assert ask(desk, "ada@shop.example")[0] == 200
    sent = links(desk)
    assert len(sent) == 3
    client = desk.test_client()
    assert [client.get(path_of(link)).status_code for link in sent] == [404, 404, 200]


def test_thirty_letters_an_hour_from_one_place(desk: Flask) -> None:
    hashed = "x"
    with desk.app_context(), transaction() as session:
        for number in range(35):
            email = f"a{number}@shop.example"
            session.add(Agent(email=email, name="A", password_hash=hashed, created_at=clock.now()))
    for number in range(35):
        ask(desk, f"a{number}@shop.example")
    assert len(links(desk)) == 30


@pytest.mark.parametrize("change", ["blank", "space", "null", "padded", "case", "cut", "longer", "encoded"])
def test_no_other_token_opens(desk: Flask, change: str) -> None:
    ask(desk, "ada@shop.example")
    token = links(desk)[0].rpartition("/")[2]
    changed = {
        "blank": "",
        "space": "%20",
        "null": "null",
        "padded": f"{token}%20",
        "case": token.swapcase(),
        "cut": token[:-1],
        "longer": f"{token}A",
        "encoded": f"{token}%00",
    }[change]
    client = desk.test_client()
    assert client.get(f"/login/reset/{changed}").status_code in (404, 308)
    desk.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"/login/reset/{changed}", data={"password": NEW}).status_code in (404, 308, 405)
    with desk.app_context():
        assert db.session.scalar(select(func.count()).select_from(PasswordReset)) == 1


def test_an_hour_later_it_is_over(desk: Flask) -> None:
    ask(desk, "ada@shop.example")
    path = path_of(links(desk)[0])
    assert desk.test_client().get(path).status_code == 200
    with desk.app_context(), transaction() as session:
        session.execute(update(PasswordReset).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert desk.test_client().get(path).status_code == 404


def test_the_link_is_below_our_own_address_whatever_the_request_says(desk: Flask) -> None:
    base = desk.extensions["settings"].base_url
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.9"}
    desk.config["WTF_CSRF_ENABLED"] = False  # a browser keeps its cookie from another host, a forger does not care
    with desk.test_client().post("/login/reset", data={"email": "ada@shop.example"}, headers=forged) as answer:
        assert answer.status_code == 200
    [link] = links(desk)
    assert link.startswith(f"{base}/login/reset/")
    with desk.app_context():
        assert set(db.session.scalars(select(Audit.address))) == {"127.0.0.1"}


def test_a_desk_that_cannot_send_says_so_to_everybody(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Mailbox).values(smtp_url=""))
    assert "cannot send letters" in app.test_client().get("/login/reset").text


def test_the_second_factor_is_asked_for_after_a_reset_too(desk: Flask) -> None:
    with desk.app_context(), transaction() as session:
        session.execute(update(Agent).where(Agent.name == "Ada").values(totp_sealed="sealed"))
    ask(desk, "ada@shop.example")
    path = path_of(links(desk)[0])
    browser = Browser(desk.test_client())
    browser.post(path, path, password=NEW)
    assert browser.post("/login", "/login", email="ada@shop.example", password=NEW).location == "/login/code"
    assert browser.client.get("/settings/me").status_code == 303
