"""Writing articles on pages: list, editor, preview, versions, and nobody's words written over."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.inbox import reply
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article, ArticleVersion
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter, sign_in
from tests.web.reader import open_library

NEW = {
    "title": "Gift wrapping",
    "body": "We wrap **everything**.",
    "lang": "en",
    "category": "Shop",
    "tags": "present, box",
}


def by_slug(app: Flask, slug: str) -> Article:
    with app.app_context():
        return db.session.scalars(select(Article).where(Article.slug == slug)).one()


def edit_page(app: Flask, slug: str) -> str:
    return f"/settings/help/articles/{by_slug(app, slug).id}"


def fields(app: Flask, slug: str, /, **changed: str) -> dict[str, str]:
    """The form of an article as the page fills it in."""
    article = by_slug(app, slug)
    return {
        "title": article.title, "body": article.body, "summary": article.summary, "slug": article.slug,
        "category": "Returns", "tags": ", ".join(article.tags), **changed,
    }  # fmt: skip


def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    for address in (
        "/settings/help/",
        "/settings/help/new",
        "/settings/help/articles/1",
        "/settings/help/articles/1/versions",
    ):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")


def test_a_new_article_is_a_draft_until_it_is_published(app: Flask, ada: Browser) -> None:
    answer = ada.post("/settings/help/new", "/settings/help/", **NEW, do="save")
    page = answer.location.partition("?")[0]
    stranger = app.test_client()
    assert stranger.get("/help/en/a/gift-wrapping").status_code == 404
    ada.post(page, page, **fields(app, "gift-wrapping"), do="publish")
    assert "<strong>everything</strong>" in stranger.get("/help/en/a/gift-wrapping").text
    assert "Gift wrapping" in stranger.get("/help/en/search?q=wrapping").text, "found at once"
    article = by_slug(app, "gift-wrapping")
    assert (article.status, article.tags) == ("public", ["present", "box"])


def test_publishing_at_once(app: Flask, ada: Browser) -> None:
    ada.post("/settings/help/new", "/settings/help/", **NEW, do="publish")
    assert app.test_client().get("/help/en/a/gift-wrapping").status_code == 200


def test_a_title_that_is_there_already_gets_another_address(app: Flask, ada: Browser) -> None:
    for _ in range(2):
        ada.post("/settings/help/new", "/settings/help/", **NEW, do="save")
    assert by_slug(app, "gift-wrapping-2").title == "Gift wrapping"


def test_hiding_takes_it_from_readers_and_search(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    page = edit_page(app, "exchange-a-size")
    ada.post(page, page, **fields(app, "exchange-a-size"), do="unpublish")
    assert client.get("/help/en/a/exchange-a-size").status_code == 404
    assert "Exchange a size" not in client.get("/help/en/search?q=exchange").text


def test_a_renamed_article_leads_its_old_readers_on(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    page = edit_page(app, "exchange-a-size")
    ada.post(page, page, **fields(app, "exchange-a-size", slug="another-size"), do="save")
    assert client.get("/help/en/a/exchange-a-size").location == "/help/en/a/another-size"


def test_versions_are_compared_and_brought_back(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    page = edit_page(app, "opening-hours")
    ada.post(page, page, **fields(app, "opening-hours", body="Monday to Saturday."), do="save")
    compared = ada.get(f"{page}/versions")
    assert "<del>Monday to Friday.</del>" in compared
    assert "<ins>Monday to Saturday.</ins>" in compared
    ada.post(f"{page}/versions", f"{page}/versions/1/restoration")
    assert by_slug(app, "opening-hours").body == "Monday to Friday."
    with app.app_context():
        bodies = db.session.scalars(select(ArticleVersion.body).order_by(ArticleVersion.number)).all()
    assert bodies == ["Monday to Friday.", "Monday to Saturday."], "what was restored over is kept too"


def test_two_writers_do_not_write_over_each_other(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    page, ben = edit_page(app, "opening-hours"), sign_in(app, "ben@shop.example")
    mine = re.search(r'name="seen" value="(\d+)"', ada.get(page))
    assert mine
    ben.post(page, page, **fields(app, "opening-hours", body="Ben was here."), do="save")
    answer = ada.post(page, page, **fields(app, "opening-hours", body="Ada was slower."), seen=mine[1], do="save")
    assert answer.status_code == 409
    assert "Somebody changed this article while you were writing." in answer.text
    assert "Ada was slower.</textarea>" in answer.text
    assert by_slug(app, "opening-hours").body == "Ben was here."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": " "}, "The title is missing."),
        ({"slug": "a b"}, "The address may hold letters"),
        ({"slug": "return-an-item"}, "Another article has this address."),
    ],
)
def test_a_mistake_gets_a_sentence_and_loses_nothing(
    app: Flask, ada: Browser, now: datetime, changed: dict[str, str], sentence: str
) -> None:
    open_library(app, now)
    page = edit_page(app, "opening-hours")
    answer = ada.post(page, page, **fields(app, "opening-hours", body="Typed for an hour.", **changed), do="save")
    assert answer.status_code in (400, 409)
    assert sentence in answer.text.replace("&#39;", "'")
    assert "Typed for an hour.</textarea>" in answer.text
    assert by_slug(app, "opening-hours").body == "Monday to Friday."


def test_the_preview_is_what_readers_will_see(app: Flask, ada: Browser) -> None:
    page = ada.get("/settings/help/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    body = {"body": "> [!TIP]\n> Hm <script>x</script>", "csrf_token": token[1]}
    answer = ada.client.post("/settings/help/preview", data=body)
    assert '<div class="box box-tip">' in answer.text
    assert "<script>" not in answer.text
    kept = ada.client.post("/settings/help/", data={**NEW, **body, "do": "preview"}).text
    assert '<div class="box box-tip">' in kept
    assert 'value="Gift wrapping"' in kept


def test_deleting_asks_for_the_title(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    page = edit_page(app, "opening-hours")
    assert ada.post(page, f"{page}/deletion", title="opening").status_code == 400
    assert client.get("/help/en/a/opening-hours").status_code == 200
    assert ada.post(page, f"{page}/deletion", title="Opening hours").status_code == 303
    assert client.get("/help/en/a/opening-hours").status_code == 404
    assert "Opening hours" not in client.get("/help/en/search?q=opening").text


def test_what_was_asked_in_vain_is_one_click_from_an_article(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now).get("/help/en/search?q=blue+bicycle")
    page = ada.get("/settings/help/")
    assert "blue bicycle" in page
    assert 'href="/settings/help/new?lang=en&title=blue%20bicycle"' in page.replace("&amp;", "&")
    assert 'value="blue bicycle"' in ada.get("/settings/help/new?lang=en&title=blue%20bicycle")


def test_an_answer_becomes_an_article(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, subject="Can I wash it?")
    with app.app_context(), transaction() as session:
        ada_herself = session.scalars(select(Agent).where(Agent.name == "Ada")).one()
        answer = reply(session, session.get_one(Ticket, number), ada_herself, "Yes, at **30** degrees.", now=now)
        message = answer.id
    page = ada.get(f"/settings/help/new?message={message}")
    assert 'value="Can I wash it?"' in page
    assert "Yes, at **30** degrees.</textarea>" in page


def test_light_agents_may_look_but_not_write(app: Flask, now: datetime) -> None:
    open_library(app, now)
    with app.app_context(), transaction() as session:
        session.scalars(select(Agent).where(Agent.name == "Ben")).one().role = "light"
    ben, page = sign_in(app, "ben@shop.example"), edit_page(app, "opening-hours")
    assert ben.post(page, page, **fields(app, "opening-hours", body="Mine now."), do="save").status_code == 403
    assert ben.post("/settings/help/new", "/settings/help/", **NEW).status_code == 403


def test_the_list_is_filtered_by_status_and_words(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    assert "Spring sale" in ada.get("/settings/help/?status=draft")
    assert "Return an item" not in ada.get("/settings/help/?status=draft")
    found = ada.get("/settings/help/?q=item+RETURN")
    assert "Return an item" in found
    assert "Opening hours" not in found
    assert "No article fits." in ada.get("/settings/help/?q=%25")
