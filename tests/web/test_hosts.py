"""A desk answers under its own name only, once it has one: no page is ever made for a name that somebody invented."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from supportbox import store
from supportbox.app import create_app
from supportbox.config import Settings


def client_at(settings: Settings, base_url: str) -> Iterator[FlaskClient]:
    app = create_app(replace(settings, base_url=base_url))
    yield app.test_client()
    with app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def public(settings: Settings) -> Iterator[FlaskClient]:
    yield from client_at(settings, "https://help.example.org")


@pytest.fixture
def local(settings: Settings) -> Iterator[FlaskClient]:
    yield from client_at(settings, "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    "host", ["help.example.org", "HELP.example.org:443", "help.example.org.", "127.0.0.1:8000", "localhost", "[::1]:80"]
)
def test_its_own_name_and_this_machine(public: FlaskClient, host: str) -> None:
    assert public.get("/help/", headers={"Host": host}).status_code in (200, 302, 303)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "help.example.org.evil.example",
        "evil.example:443",
        "x@help.example.org",
        "help.example.org,evil",
    ],
)
def test_any_other_name_is_turned_away(public: FlaskClient, host: str) -> None:
    answer = public.get("/login", headers={"Host": host})
    assert answer.status_code == 400 and "evil" not in answer.text
    assert public.get("/healthz", headers={"Host": host}).status_code in (200, 503), "monitors ask by any name"


def test_a_desk_without_a_public_address_answers_to_all(local: FlaskClient) -> None:
    assert local.get("/login", headers={"Host": "desk.lan:8000"}).status_code == 200


def test_a_name_that_a_stranger_claims_to_forward_is_not_asked(public: FlaskClient) -> None:
    headers = {"Host": "help.example.org", "X-Forwarded-Host": "evil.example"}
    assert "evil" not in public.get("/login", headers=headers).text
