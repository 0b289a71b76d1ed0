"""The owner's choices for the widget: kept as they were typed, refused beside the field, and seen where they matter."""

import pytest
from flask import Flask

from supportbox.inbox.chat import find_mailbox
from supportbox.store import db
from tests.web.desk import Browser, sign_in

CHOSEN = {
    "is_on": "1",
    "has_chat": "1",
    "colour": "#0A6640",
    "side": "left",
    "label": " Ask  us ",
    "greeting_en": "Hello!",
    "origins": "https://shop.example/about\r\nhttps://shop.example",
    "nearness": "70",
}


def options_of(app: Flask) -> dict[str, object]:
    with app.app_context():
        db.session.remove()
        found = find_mailbox(db.session())
        return dict(found.options) if found else {}


def test_what_was_chosen_is_kept_and_shown_again(app: Flask, ada: Browser) -> None:
    assert ada.post("/settings/widget", "/settings/widget", **CHOSEN).location == "/settings/widget?saved"
    assert options_of(app) == {
        "colour": "#0a6640", "side": "left", "label": "Ask us", "greetings": {"en": "Hello!"},
        "origins": ["https://shop.example"], "nearness": 70, "has_chat": True, "in_help": False,
    }  # fmt: skip
    page = ada.get("/settings/widget?saved")
    assert "#0a6640" in page and "https://shop.example</textarea>" in page
    assert '"side": "left"' in app.test_client().get("/widget.js").text


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("colour", "red", "Write the colour as # and six digits"),
        ("origins", "shop.example", "One site a line"),
        ("nearness", "101", "from 0 to 100"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    app: Flask, ada: Browser, field: str, text: str, sentence: str
) -> None:
    refused = ada.post("/settings/widget", "/settings/widget", **{**CHOSEN, field: text})
    assert refused.status_code == 422
    assert sentence in refused.text and f'aria-describedby="{field}-hint {field}-problem"' in refused.text
    assert options_of(app) == {}


def test_the_help_centre_shows_it_only_when_that_was_chosen_and_it_is_on(app: Flask, ada: Browser) -> None:
    shown = []
    for more in ({}, {"in_help": "1"}, {"in_help": "1", "is_on": ""}):
        given = {name: text for name, text in {**CHOSEN, **more}.items() if text}
        ada.post("/settings/widget", "/settings/widget", **given)
        shown.append('src="/widget.js" data-lang="en"' in app.test_client().get("/help/en/").text)
    assert shown == [False, True, False]


def test_it_is_found_from_the_settings_by_those_who_may(app: Flask, ada: Browser) -> None:
    assert 'href="/settings/widget"' in ada.get("/settings")
    assert 'href="/settings/widget"' not in sign_in(app, "ben@shop.example").get("/settings")
