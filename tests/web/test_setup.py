"""The first run: a code, one owner, then the page is gone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supportbox import store
from supportbox.app import create_app
from supportbox.config import Settings
from tests.web.desk import Browser

FORM = {"name": "Ada", "email": "ada@shop.example", "business": "Atelier Nord", "language": "fr"}


@pytest.fixture
def fresh(settings: Settings) -> Iterator[Flask]:
    (settings.instance / "setup.code").write_text("the-code\n")
    app = create_app(settings)
    app.testing = True
    yield app
    with app.app_context():
        store.db.engine.dispose()


def test_the_code_makes_the_owner_once(fresh: Flask, settings: Settings) -> None:
    browser = Browser(fresh.test_client())
    assert 'value="the-code"' in browser.get("/setup?code=the-code")
    answer = browser.post("/setup", "/setup", **FORM, code="the-code", password="long enough words")
    assert answer.location == "/inbox/"
    page = browser.get("/inbox/", **{"Accept-Language": "de"})
    assert "Atelier Nord" in page
    assert '<html lang="fr"' in page
    assert not (settings.instance / "setup.code").exists()
    assert browser.client.get("/setup?code=the-code").status_code == 404


def test_what_is_wrong_is_said_and_the_rest_kept(fresh: Flask) -> None:
    browser = Browser(fresh.test_client())
    guess = browser.post("/setup", "/setup", **FORM, code="a guess", password="long enough words")
    assert guess.status_code == 403
    short = browser.post("/setup", "/setup", **FORM, code="the-code", password="short")
    assert short.status_code == 400
    assert 'value="Atelier Nord"' in short.text
    assert 'role="alert"' in short.text
