"""The business's colour, logo and links: readable whatever is chosen, and only owners and admins choose."""

import io
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.web.theme import DARK_GROUNDS, DARK_MUTED, LIGHT_GROUNDS, LIGHT_MUTED, READABLE, contrast, shades
from tests.kb.pictures import png
from tests.web.desk import Browser, form_fields, sign_in
from tests.web.reader import open_library

GOOD = {
    "name": "Atelier Nord",
    "website": "https://nord.example",
    "accent": "#ffdd00",
    "links": "Shop https://s.example/",
}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 0xFFFFFF))
def test_every_colour_becomes_one_that_can_be_read(number: int) -> None:
    light, dark = shades(f"#{number:06x}")
    for one, grounds, muted in ((light, LIGHT_GROUNDS, LIGHT_MUTED), (dark, DARK_GROUNDS, DARK_MUTED)):
        pairs = [(one.accent, ground) for ground in (*grounds, one.soft)]
        pairs += [(one.on_accent, one.fill), (one.on_accent, one.hover), (muted, one.soft)]
        assert [pair for pair in pairs if contrast(*pair) < READABLE] == []


def test_a_readable_colour_stays_as_it_is() -> None:
    assert shades("#1a5fb4")[0].accent == "#1a5fb4"


def test_the_look_is_on_every_public_page(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    assert "/theme.css" not in client.get("/help/en/").text
    assert client.get("/theme.css").status_code == 404
    form = form_fields(ada.get("/settings/look"), "/settings/look")
    answer = ada.client.post("/settings/look", data={**form, **GOOD, "logo": (io.BytesIO(png(64, 32)), "l.png")})
    assert answer.status_code == 303
    for address in ("/help/en/", "/help/en/a/return-an-item", "/contact"):
        page = client.get(address).text
        assert "/theme.css?v=" in page and "app.css" not in page, "one request, as before"
        assert '<img class="logo" src="/help/pictures/' in page
        assert '<a href="https://s.example/" data-user-content>Shop</a>' in page
        assert "Atelier Nord" in page
    style = unescape(page.split('href="/theme.css')[1].split('"')[0])
    sheet = client.get(f"/theme.css{style}", headers={"Accept-Encoding": "gzip"})
    assert sheet.headers["Content-Encoding"] == "gzip" and "immutable" in sheet.headers["Cache-Control"]
    assert shades("#ffdd00")[0].accent in client.get("/theme.css").text


def test_the_colour_is_shown_before_it_is_kept(app: Flask, ada: Browser) -> None:
    page = ada.post("/settings/look", "/settings/look", **GOOD, do="preview").text
    assert f'fill="{shades("#ffdd00")[1].accent}"' in page
    assert "/theme.css" not in ada.get("/settings/look")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("accent", "red;}body{display:none", "six digits"), ("website", "javascript:alert(1)", "whole address"),
     ("links", "Shop javascript:alert(1)", "six links"), ("links", "https://no.words/", "six links"),
     ("name", " ", "needs a name")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(ada: Browser, field: str, value: str, words: str) -> None:
    answer = ada.post("/settings/look", "/settings/look", **{**GOOD, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and words in answer.text


def test_agents_do_not_choose(app: Flask) -> None:
    ben = sign_in(app, "ben@shop.example")
    assert ben.client.get("/settings/look").status_code == 403
    assert "/settings/look" not in ben.get("/settings/help/")
