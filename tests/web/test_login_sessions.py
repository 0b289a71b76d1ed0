"""Sessions of agents: listed in words, ended at once, begun anew at every sign-in, and cheap to keep."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from supportbox import clock
from supportbox.people.agent import Agent
from supportbox.people.agent_session import AgentSession
from supportbox.store import db, transaction
from supportbox.web.devices import device_words
from tests.web.desk import PASSWORD, Browser, sign_in

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1"


def rows(app: Flask) -> list[AgentSession]:
    with app.app_context():
        return list(db.session.scalars(select(AgentSession).order_by(AgentSession.id)))


def test_one_session_is_ended_and_the_others_go_on(app: Flask) -> None:
    here, there = sign_in(app), Browser(app.test_client())
    there.client.environ_base["HTTP_USER_AGENT"] = PHONE
    there.post("/login", "/login", email="ada@shop.example", password=PASSWORD)
    page = here.get("/settings/me")
    assert "Safari on iPhone" in page and page.count("This device") == 1
    [_first, second] = rows(app)
    here.post("/settings/me", f"/settings/me/sessions/{second.id}/deletion")
    assert there.client.get("/settings/me").status_code == 303
    assert here.client.get("/settings/me").status_code == 200


def test_all_others_are_ended_at_once(app: Flask) -> None:
    browsers = [sign_in(app) for _ in range(3)]
    browsers[0].post("/settings/me", "/settings/me/sessions/deletion")
    assert [one.client.get("/settings/me").status_code for one in browsers] == [200, 303, 303]


def test_nobody_ends_anothers_session(app: Flask) -> None:
    ada, ben = sign_in(app), sign_in(app, "ben@shop.example")
    number = rows(app)[0].id
    token = ben.get("/settings/me").split('name="csrf_token" value="')[1].split('"')[0]
    ben.client.post(f"/settings/me/sessions/{number}/deletion", data={"csrf_token": token})
    assert ada.client.get("/settings/me").status_code == 200


def test_a_session_that_was_there_before_signing_in_is_not_the_one_after(app: Flask) -> None:
    """Fixation: whoever planted a cookie knows nothing of the session that begins."""
    victim, attacker = Browser(app.test_client()), app.test_client()
    victim.get("/login")
    name = app.config["SESSION_COOKIE_NAME"]
    planted = victim.client.get_cookie(name)
    victim.post("/login", "/login", email="ada@shop.example", password=PASSWORD)
    after = victim.client.get_cookie(name)
    assert planted and after and planted.value != after.value
    attacker.set_cookie(name, planted.value)
    assert attacker.get("/settings/me").status_code == 303


def test_signing_in_again_ends_the_session_before(app: Flask) -> None:
    ada = sign_in(app)
    name = app.config["SESSION_COOKIE_NAME"]
    old = ada.client.get_cookie(name)
    ada.post("/settings/me", "/logout")
    assert old and rows(app) == []
    thief = app.test_client()
    thief.set_cookie(name, old.value)
    assert thief.get("/settings/me").status_code == 303


def test_the_cookies_token_is_kept_as_a_hash_only(app: Flask) -> None:
    ada = sign_in(app)
    with ada.client.session_transaction() as kept:
        token = kept["_user_id"]
    [row] = rows(app)
    assert len(token) == 43 and row.token_hash != token and token not in row.token_hash


def test_being_seen_is_written_at_most_every_five_minutes(app: Flask) -> None:
    ada = sign_in(app)
    before = rows(app)[0].seen_at
    ada.get("/settings/me")
    assert rows(app)[0].seen_at == before
    old = clock.now() - timedelta(minutes=6)
    with app.app_context(), transaction() as session:
        session.execute(update(AgentSession).values(seen_at=old))
        session.execute(update(Agent).values(seen_at=old))
    with ada.client.get("/settings/me"):
        pass  # it is written once the answer has left
    assert rows(app)[0].seen_at > old
    with app.app_context():
        assert (db.session.scalars(select(Agent.seen_at).where(Agent.name == "Ada")).one() or old) > old


def test_a_session_ends_after_thirty_days(app: Flask) -> None:
    ada = sign_in(app)
    with app.app_context(), transaction() as session:
        session.execute(update(AgentSession).values(created_at=clock.now() - timedelta(days=30, minutes=1)))
    assert ada.client.get("/settings/me").status_code == 303


def test_devices_in_words(app: Flask) -> None:
    linux = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0"
    with app.test_request_context():
        words = [device_words(one) for one in (linux, windows, "curl/8", "<b>")]
    assert words == ["Firefox on Linux", "Edge on Windows", "An unknown device", "An unknown device"]
