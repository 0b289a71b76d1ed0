"""Dot at the door for calls: guessed addresses, other methods, large bodies, forged headers, and what she may learn."""

import json

import pytest
from flask import Flask

from supportbox.app import create_app
from supportbox.channels import vault
from supportbox.config import Settings
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.mailbox_ending import end_mailbox
from supportbox.store import db, transaction
from tests.conftest import NOW

TOKEN = "t" * 32


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


def _add(app: Flask, kind: str, **more: str) -> str:
    """A mailbox of a kind; `more` are its secrets."""
    sealed = vault.seal(app.extensions["settings"], json.dumps(more))
    with app.app_context(), transaction() as session:
        values = {"hook_token": TOKEN, "options_sealed": sealed, "created_at": NOW}
        session.add(Mailbox(address=f"{kind}-1", channel=kind, **values))
    return f"/hooks/{kind}/{TOKEN}"


def _kept(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Intake).count()


def test_nobody_learns_which_addresses_there_are(app: Flask) -> None:
    real, client = _add(app, "telegram"), app.test_client()
    with app.app_context(), transaction() as session:
        end_mailbox(session, session.query(Mailbox).filter_by(hook_token=TOKEN).one())
    texts = {client.post(path).text for path in (real, f"/hooks/telegram/{'x' * 32}", "/hooks/none/" + "x" * 32)}
    assert len({text.partition("error ")[0] for text in texts}) == 1
    another = _add(app, "telegram").replace("telegram", "sms")
    assert client.post(another).status_code == 404, "a token is good for its own kind alone"


def test_a_channel_without_secrets_yet_lets_nobody_in(app: Flask) -> None:
    """An empty word, key or secret must never be a proof: whoever sends nothing would have it."""
    client = app.test_client()
    path = _add(app, "telegram")
    assert client.post(path, data='{"update_id": 1}').status_code == 403
    assert (
        client.post(path, data='{"update_id": 1}', headers={"X-Telegram-Bot-Api-Secret-Token": ""}).status_code == 403
    )
    assert _kept(app) == 0


def test_meta_asks_for_its_word_and_gets_nothing_without_one(app: Flask) -> None:
    path, client = _add(app, "whatsapp"), app.test_client()
    asked = {"hub.mode": "subscribe", "hub.challenge": "<script>1</script>", "hub.verify_token": ""}
    assert client.get(path, query_string=asked).status_code == 403


def test_answers_are_never_pages(app: Flask) -> None:
    path, client = _add(app, "whatsapp", word="teapot", token="t", app_secret="s"), app.test_client()
    asked = {"hub.mode": "subscribe", "hub.challenge": "<script>1</script>", "hub.verify_token": "teapot"}
    answer = client.get(path, query_string=asked)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_that_is_too_large_is_turned_away(app: Flask) -> None:
    path, client = _add(app, "webhook", secret="s" * 16), app.test_client()
    most = app.config["MAX_CONTENT_LENGTH"]
    assert client.post(path, data=b"x" * (most + 1)).status_code == 413
    assert _kept(app) == 0


def test_other_methods_are_none_of_its_business(app: Flask) -> None:
    path, client = _add(app, "webhook"), app.test_client()
    assert {client.open(path, method=method).status_code for method in ("PUT", "PATCH", "DELETE")} == {405}
