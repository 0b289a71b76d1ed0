"""The page /demo/: write as Cleo or Dot, read what they got; in the demo and nowhere else."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from supportbox import clock, store
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.demo.cast import CLEO, DOT, SHOP
from supportbox.demo.correspondence import Correspondence
from supportbox.demo.sandbox import Sandbox
from tests.web.desk import Browser


@pytest.fixture
def app(settings: Settings, sandbox: Sandbox) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.extensions["correspondence"] = Correspondence(sandbox)
    yield app
    with app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def test_a_real_desk_has_no_such_page(app: Flask, browser: Browser) -> None:
    del app.extensions["correspondence"]
    for path in ("/demo/", "/demo/cleo/", "/demo/cleo/0123456789"):
        assert browser.client.get(path).status_code == 404


@pytest.mark.parametrize("player", [CLEO, DOT])
def test_a_letter_written_on_the_page_travels_and_is_shown(browser: Browser, sandbox: Sandbox, player: object) -> None:
    who = "cleo" if player is CLEO else "dot"
    answer = browser.post(f"/demo/{who}/", f"/demo/{who}/letters", subject="A <b>teapot</b>", text="It leaks & drips")
    assert answer.status_code == 303
    [raw] = sandbox.inbox(SHOP.email)
    assert f"<{who}@demo.example>".encode() in raw and b"It leaks & drips" in raw
    page = browser.get(answer.location)
    assert "A &lt;b&gt;teapot&lt;/b&gt;" in page and "It leaks &amp; drips" in page and 'role="status"' in page
    other = browser.get("/demo/dot/" if who == "cleo" else "/demo/cleo/")
    assert "teapot" not in other


def test_an_answer_written_on_the_page_threads(browser: Browser, sandbox: Sandbox) -> None:
    letter = (
        b"From: Ada <support@demo.example>\r\nSubject: Re: Teapot\r\nMessage-ID: <a@demo.example>\r\n\r\nOn its way\r\n"
    )
    sandbox.append(CLEO.email, letter)
    page = browser.get("/demo/")
    assert "On its way" in page and "Ada" in page
    path = re.findall(r"/demo/cleo/[0-9a-f]{10}", page)[0]
    assert browser.post(path, f"{path}/answers", text="Thank you").status_code == 303
    assert b"In-Reply-To: <a@demo.example>" in sandbox.inbox(SHOP.email)[0]


def test_what_was_typed_stays_when_the_letter_cannot_leave(browser: Browser, sandbox: Sandbox) -> None:
    answer = browser.post("/demo/", "/demo/cleo/letters", subject="Only a subject", text=" ")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and 'value="Only a subject"' in answer.text
    assert sandbox.inbox(SHOP.email) == []


def test_a_form_from_another_site_sends_nothing(browser: Browser, sandbox: Sandbox) -> None:
    assert browser.client.post("/demo/cleo/letters", data={"subject": "x", "text": "y"}).status_code == 400
    assert sandbox.inbox(SHOP.email) == []


@pytest.mark.parametrize("path", ["/demo/ada/", "/demo/support/", "/demo/cleo/0123456789"])
def test_who_and_what_is_not_there_is_not_shown(browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 404


def test_the_page_speaks_french(browser: Browser) -> None:
    page = browser.get("/demo/", **{"Accept-Language": "fr"})
    assert '<html lang="fr"' in page and "Écrire à la boutique en tant que Cleo" in page


def test_letters_of_the_same_moment_keep_their_order(browser: Browser, app: Flask) -> None:
    letters: Correspondence = app.extensions["correspondence"]
    now = clock.now()
    letters.write(CLEO, subject="One", text="First", now=now)
    [thread] = letters.threads(CLEO)
    letters.answer(CLEO, thread, text="Second", now=now)
    page = browser.get(f"/demo/cleo/{thread.key}")
    assert page.index("First") < page.index("Second", page.index('data-live="papers"'))
