"""`/healthz`: one word when all is well, else the names of what is not, and nothing that a stranger should not know."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supportbox import clock
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db, transaction
from supportbox.web import health
from supportbox.work.lock import only_worker


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    assert health.bp.name in app.blueprints
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_all_is_well_while_a_worker_runs(client: FlaskClient, settings: Settings) -> None:
    with only_worker(settings.instance):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"ok": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_missing_worker_is_named(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "unwell": ["worker"]})


def test_pages_without_a_worker_do_not_ask_for_one(app: Flask) -> None:
    app.extensions["asks_worker"] = False
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("made", "polled", "status"),
    [(5, None, 200), (11, None, 503), (500, 9, 200), (500, 11, 503)],
    ids=["new", "never polled", "polled lately", "polled long ago"],
)
def test_a_mailbox_without_a_good_poll_for_ten_minutes_is_named(
    app: Flask, made: int, polled: int | None, status: int
) -> None:
    app.extensions["asks_worker"] = False
    now = clock.now()
    with app.app_context(), transaction() as session:
        session.add(
            Mailbox(
                address="help@shop.example",
                imap_url="imaps://secret-host.example/INBOX",
                last_error="LOGIN failed for help",
                created_at=now - timedelta(minutes=made),
                good_poll_at=now - timedelta(minutes=polled) if polled else None,
            )
        )
    answer = app.test_client().get("/healthz")
    assert answer.status_code == status
    assert answer.json == ({"ok": True} if status == 200 else {"ok": False, "unwell": ["mailbox"]})


def test_a_lost_database_is_named(app: Flask, settings: Settings) -> None:
    app.extensions["asks_worker"] = False
    with app.app_context():
        db.engine.dispose()
    for path in settings.instance.glob("supportbox.db*"):
        path.write_bytes(b"no database" * 500)
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "unwell": ["database"]})
