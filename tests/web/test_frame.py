"""What every page has: its language, strict headers, and files that browsers may keep."""

import re

from flask import Flask

from tests.web.desk import Browser


def test_the_language_follows_the_browser(app: Flask) -> None:
    client = app.test_client()
    for header, lang in (("fr-CA,en;q=0.5", "fr"), ("de, en;q=0.2, fr;q=0.8", "fr"), ("de", "en"), ("x;q=9..1", "en")):
        assert f'<html lang="{lang}"' in client.get("/login", headers={"Accept-Language": header}).text


def test_headers_of_a_page(app: Flask, ada: Browser) -> None:
    answer = ada.client.get("/inbox/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Server-Timing"].startswith("app;dur=")


def test_pages_hold_nothing_inline_and_nothing_foreign(app: Flask, ada: Browser) -> None:
    for path in ("/login", "/inbox/", "/settings/me", "/inbox/quarantine"):
        page = ada.client.get(path).text if path != "/login" else app.test_client().get(path).text
        assert not re.search(r"<style|<script(?! type=\"module\" src)| style=| on\w+=", page)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_static_files_are_kept_by_their_content(app: Flask) -> None:
    client = app.test_client()
    address = re.findall(r'href="(/static/app.css\?v=\w+)"', client.get("/login").text)[0]
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Cookie" not in answer.headers["Vary"]
    assert client.get("/static/../app.py").status_code == 404


def test_errors_are_pages_in_plain_words(app: Flask, ada: Browser) -> None:
    lost = ada.client.get("/nowhere")
    assert lost.status_code == 404
    assert "There is no such page" in lost.text
    assert "<h1" in lost.text


def test_a_forged_form_is_turned_away(app: Flask, ada: Browser) -> None:
    answer = ada.client.post("/settings/me", data={"name": "Mallory"})
    assert answer.status_code == 400
    assert "from another site" in answer.text
