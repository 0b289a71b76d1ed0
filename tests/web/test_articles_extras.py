"""The editor beyond words: pictures, unsaved words, publishing later, an article's tickets."""

import io
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox import reply
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.ticket_link import tickets_of
from supportbox.kb.unsaved import UnsavedText
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from supportbox.work.wake import publish
from tests.kb.pictures import png
from tests.web.desk import Browser, form_fields, letter, sign_in
from tests.web.reader import open_library
from tests.web.test_articles_editor import NEW, by_slug, edit_page, fields
from tests.web.test_contact import stamp


def upload(ada: Browser, content: bytes, name: str = "a.png") -> tuple[int, dict[str, str]]:
    token = form_fields(ada.get("/settings/help/new"), "/settings/help/")["csrf_token"]
    data = {"csrf_token": token, "picture": (io.BytesIO(content), name)}
    answer = ada.client.post("/settings/help/pictures", data=data)
    return answer.status_code, answer.json or {}


def test_a_picture_is_kept_and_shown_with_room_left_for_it(app: Flask, ada: Browser) -> None:
    status, said = upload(ada, png(30, 20))
    assert status == 200
    shown = app.test_client().get(said["address"], buffered=True)
    assert (shown.data, shown.mimetype) == (png(30, 20), "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    ada.post("/settings/help/new", "/settings/help/", **{**NEW, "body": f"![box]({said['address']})"}, do="publish")
    page = app.test_client().get("/help/en/a/gift-wrapping").text
    assert f'src="{said["address"]}"' in page
    assert 'width="30"' in page and 'height="20"' in page


def test_what_is_no_picture_is_refused_with_a_sentence(app: Flask, ada: Browser) -> None:
    for content in (b"<html><script>alert(1)</script>", b"", b"<svg onload=alert(1)>", png()[:-8]):
        status, said = upload(ada, content, "harmless.png")
        assert (status, "no picture" in said["problem"]) == (400, True)
    assert not list((app.extensions["settings"].files).rglob("*.png"))


def test_nobody_reaches_other_files_through_pictures(app: Flask) -> None:
    for name in ("..%2f..%2fsecret.key", "x.png", "a" * 32 + "-1x1.png", "a" * 32 + "-1x1.svg"):
        assert app.test_client().get(f"/help/pictures/{name}").status_code == 404


def test_without_a_script_the_picture_lands_below_the_text(app: Flask, ada: Browser) -> None:
    form = form_fields(ada.get("/settings/help/new"), "/settings/help/")
    data = {**form, **NEW, "do": "picture", "picture": (io.BytesIO(png()), "a.png")}
    page = ada.client.post("/settings/help/", data=data).text
    assert "![what it shows](/help/pictures/" in page
    assert "We wrap **everything**." in page
    wrong = ada.client.post(
        "/settings/help/", data={**form, **NEW, "do": "picture", "picture": (io.BytesIO(b"x"), "a")}
    )
    assert wrong.status_code == 400
    assert "This is no picture" in wrong.text and "We wrap **everything**." in wrong.text


def test_what_was_typed_comes_back_until_it_is_saved(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    page = edit_page(app, "opening-hours")
    number = by_slug(app, "opening-hours").id
    token = form_fields(ada.get(page), page)
    typed = {**token, **fields(app, "opening-hours", body="Half a sen")}
    assert ada.client.post(f"/settings/help/unsaved/{number}", data=typed).status_code == 204
    again = ada.get(page)
    assert "Half a sen</textarea>" in again and "did not save" in again
    assert "Half a sen" not in sign_in(app, "ben@shop.example").get(page), "they are Ada's alone"
    assert "Half a sen" not in app.test_client().get("/help/en/a/opening-hours").text
    ada.post(page, page, **fields(app, "opening-hours", body="A whole sentence."), do="save")
    assert "did not save" not in ada.get(page)
    late = {**typed, "body": "A whole sentence."}
    ada.client.post(f"/settings/help/unsaved/{number}", data=late)
    with app.app_context():
        assert db.session.scalars(select(UnsavedText)).all() == [], "a copy that came after the form is not kept"


def test_unsaved_words_can_be_thrown_away(app: Flask, ada: Browser) -> None:
    token = form_fields(ada.get("/settings/help/new"), "/settings/help/")
    ada.client.post("/settings/help/unsaved/0", data={**token, "title": "Hm", "body": "Perhaps"})
    assert "Perhaps</textarea>" in ada.get("/settings/help/new")
    assert "Perhaps" not in ada.get("/settings/help/new?title=Other"), "something else was begun on purpose"
    ada.post("/settings/help/new", "/settings/help/unsaved/0/deletion")
    assert "Perhaps" not in ada.get("/settings/help/new")


def test_an_article_publishes_itself(app: Flask, ada: Browser) -> None:
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = ada.post("/settings/help/new", "/settings/help/", **NEW, publish_at=later, do="publish")
    stranger, page = app.test_client(), answer.location.partition("?")[0]
    assert stranger.get("/help/en/a/gift-wrapping").status_code == 404
    assert "Will be published on" in ada.get(page) and later in ada.get(page)
    with app.app_context():
        assert publish(clock.now()) == 0
        assert publish(clock.now() + timedelta(days=3)) == 1
    assert stranger.get("/help/en/a/gift-wrapping").status_code == 200


def test_a_reader_publishes_what_is_due_where_no_worker_runs(app: Flask, ada: Browser) -> None:
    ada.post("/settings/help/new", "/settings/help/", **NEW, do="save")
    with app.app_context(), transaction() as session:
        session.scalars(select(Article)).one().publish_at = clock.now() - timedelta(minutes=1)
    app.extensions.pop("help.schedule", None)
    page = app.test_client().get("/help/en/search?q=wrapping").text
    assert "Gift wrapping" in page


def test_a_time_that_is_none_keeps_the_words(app: Flask, ada: Browser) -> None:
    answer = ada.post("/settings/help/new", "/settings/help/", **NEW, publish_at="tomorrow", do="publish")
    assert answer.status_code == 400
    assert "This is no date and time" in answer.text and "We wrap **everything**." in answer.text


def test_a_schedule_is_kept_by_saving_and_ended_by_clearing_it(app: Flask, ada: Browser) -> None:
    answer = ada.post("/settings/help/new", "/settings/help/", **NEW, publish_at="2999-01-01T09:00", do="publish")
    page = answer.location.partition("?")[0]
    given = fields(app, "gift-wrapping")
    ada.post(page, page, **given, publish_at="2999-01-01T09:00", do="save")
    assert by_slug(app, "gift-wrapping").publish_at
    ada.post(page, page, **given, publish_at="", do="save")
    assert by_slug(app, "gift-wrapping").publish_at is None


def test_the_ticket_of_the_answer_is_the_articles(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Can I wash it?")
    with app.app_context(), transaction() as session:
        herself = session.scalars(select(Agent).where(Agent.name == "Ada")).one()
        message = reply(session, session.get_one(Ticket, number), herself, "Yes.", now=now).id
    made = ada.post(f"/settings/help/new?message={message}", "/settings/help/", title="Washing", body="Yes.", lang="en")
    assert "made of its answer" in ada.get(made.location)
    assert f"/inbox/tickets/SB-{number}" in ada.get(made.location)


def test_whoever_asks_after_reading_is_an_articles_ticket(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    data = {"stamp": stamp(app), "subject": "On Sunday?", "message": "Are you open?", "email": "cleo@example.org"}
    answer = client.post("/contact", data={**data, "article": "en/opening-hours"})
    assert answer.status_code == 303
    with app.app_context():
        found = tickets_of(db.session(), by_slug(app, "opening-hours").id, limit=5)
    assert [one.how for one in found] == ["followed"]
