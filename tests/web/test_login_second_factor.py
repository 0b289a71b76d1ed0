"""The second factor: set up with a code, asked after the password, each code once, lost and reset."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.people.agent import Agent
from supportbox.people.audit import Audit
from supportbox.people.totp import STEP, code_at
from supportbox.store import db, transaction
from supportbox.web.login_code import TRIES_HERE
from tests.web.desk import PASSWORD, Browser, sign_in

PAGE = "/settings/me/second-factor"


def code(secret: str, by: int = 0) -> str:
    return code_at(secret, int(clock.now().timestamp()) // STEP + by)


def switch_on(app: Flask, browser: Browser) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    page = browser.get(PAGE)
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', page)[1].replace(" ", "")  # type: ignore[index]  # it is there
    answer = _send(browser, page, code(secret, -1))
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<li><code[^>]*>([^<]+)</code>", answer.text)


def _send(browser: Browser, page: str, typed: str):  # type: ignore[no-untyped-def]  # werkzeug's answer
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.split(f'action="{PAGE}"')[1]))
    return browser.client.post(PAGE, data={**fields, "code": typed})


def first_step(app: Flask, email: str = "ada@shop.example") -> Browser:
    browser = Browser(app.test_client())
    answer = browser.post("/login", "/login", email=email, password=PASSWORD)
    assert answer.location == "/login/code"
    return browser


def kinds(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Audit.kind).order_by(Audit.id)))


def test_after_the_password_the_code_opens_and_nothing_else(app: Flask) -> None:
    secret, codes = switch_on(app, sign_in(app))
    assert len(codes) == 10
    browser = first_step(app)
    assert browser.client.get("/settings/me").location.startswith("/login")
    assert browser.post("/login/code", "/login/code", code="000000").status_code == 401
    assert browser.post("/login/code", "/login/code", code=code(secret)).location == "/inbox/"
    assert browser.client.get("/settings/me").status_code == 200
    assert {"second_factor_on", "login_passed", "code_failed", "signed_in"} <= set(kinds(app))


def test_a_code_opens_once(app: Flask) -> None:
    secret, _ = switch_on(app, sign_in(app))
    now = code(secret)
    assert first_step(app).post("/login/code", "/login/code", code=now).status_code == 303
    assert first_step(app).post("/login/code", "/login/code", code=now).status_code == 401


def test_a_recovery_code_opens_once(app: Flask) -> None:
    _, codes = switch_on(app, sign_in(app))
    assert first_step(app).post("/login/code", "/login/code", code=codes[0]).status_code == 303
    assert first_step(app).post("/login/code", "/login/code", code=codes[0]).status_code == 401
    with app.app_context():
        left = db.session.scalars(select(Audit.data).where(Audit.kind == "recovery_code_used")).one()
    assert left == {"left": 9}


def test_guessing_codes_ends(app: Flask) -> None:
    secret, _ = switch_on(app, sign_in(app))
    browser = first_step(app)
    for _ in range(TRIES_HERE):
        assert browser.post("/login/code", "/login/code", code="000000").status_code == 401
    assert browser.post("/login/code", "/login/code", code=code(secret)).status_code == 429


def test_without_the_first_step_there_is_no_second(app: Flask) -> None:
    secret, _ = switch_on(app, sign_in(app))
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/login/code", data={"code": code(secret)})
    assert answer.location == "/login"


def test_a_new_password_meanwhile_makes_the_first_step_worthless(app: Flask) -> None:
    secret, _ = switch_on(app, sign_in(app))
    browser = first_step(app)
    with app.app_context(), transaction() as session:
        session.execute(update(Agent).where(Agent.name == "Ada").values(password_hash="another"))
    assert browser.post("/login/code", "/login/code", code=code(secret)).location == "/login"


def test_the_secret_is_sealed_and_the_codes_are_hashed(app: Flask) -> None:
    secret, codes = switch_on(app, sign_in(app))
    with app.app_context():
        agent = db.session.query(Agent).filter_by(name="Ada").one()
        assert secret not in agent.totp_sealed and unseal(app.extensions["settings"], agent.totp_sealed) == secret
        dump = " ".join(db.session.connection().exec_driver_sql("SELECT code_hash FROM recovery_code").scalars())
    assert not any(one.replace("-", "") in dump for one in codes)


@pytest.mark.parametrize("typed", ["", "12345", "000000"])
def test_a_wrong_first_code_switches_nothing_on(app: Flask, typed: str) -> None:
    browser = sign_in(app)
    answer = _send(browser, browser.get(PAGE), typed)
    assert answer.status_code == 400 and "This code is not right" in answer.text
    with app.app_context():
        assert db.session.query(Agent).filter_by(name="Ada").one().totp_sealed == ""


def test_switching_off_and_new_codes_take_the_password(app: Flask) -> None:
    browser = sign_in(app)
    _, codes = switch_on(app, browser)
    assert browser.client.get(PAGE).status_code == 200
    for action in (f"{PAGE}/codes", f"{PAGE}/deletion"):
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE))[1]  # type: ignore[index]  # it is there
        wrong = browser.client.post(action, data={"csrf_token": token, "password": "not it at all"})
        assert wrong.status_code == 400
        right = browser.client.post(action, data={"csrf_token": token, "password": PASSWORD})
        assert right.status_code in (200, 303)
    with app.app_context():
        assert db.session.query(Agent).filter_by(name="Ada").one().totp_sealed == ""
    sign_in(app)
    assert codes


def test_a_manager_resets_it_for_somebody(app: Flask) -> None:
    switch_on(app, sign_in(app, "ben@shop.example"))
    with app.app_context():
        ben = db.session.query(Agent).filter_by(name="Ben").one().id
    ada = sign_in(app)
    ada.post("/settings/agents", f"/settings/agents/{ben}/second-factor/deletion")
    sign_in(app, "ben@shop.example")


def test_when_everybody_needs_one_nobody_gets_further_without(app: Flask) -> None:
    ada, ben = sign_in(app), sign_in(app, "ben@shop.example")
    ada.post("/settings/agents", "/settings/agents/second-factor", needed="1")
    for page in ("/inbox/", "/settings/help/", "/inbox/search?q=x"):
        assert ben.client.get(page).location == f"{PAGE}?needed"
    assert ben.client.get("/settings/me").status_code == 200
    switch_on(app, ben)
    assert ben.client.get("/settings/help/").status_code == 200
