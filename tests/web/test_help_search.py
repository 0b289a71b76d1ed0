"""Searching the help centre: results, nothing found, titles while typing, and what was asked."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.inbox.event import record
from supportbox.kb.article import Article
from supportbox.kb.asked import not_found
from supportbox.kb.writing import Writer, find_article
from supportbox.store import db, transaction
from supportbox.web.help import tally
from tests.kb.library import manuscript
from tests.web.reader import open_library


def test_results_have_titles_excerpts_and_places(app: Flask, now: datetime) -> None:
    page = open_library(app, now).get("/help/en/search?q=exchange+size").text
    assert "for “exchange size”" in page
    assert '<a href="/help/en/a/exchange-a-size" data-user-content>Exchange a size</a>' in page
    assert "<mark>size</mark>" in page
    assert '<meta name="googlebot" content="noindex">' in page and '<meta name="bingbot" content="noindex">' in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/help/en/search">' in page, "never one for each query"


def test_a_slip_of_the_finger_is_put_right_and_said_so(app: Flask, now: datetime) -> None:
    page = open_library(app, now).get("/help/en/search?q=exchagne").text
    assert "Exchange a size" in page
    assert "Nothing was found for “exchagne”" in page


def test_nothing_found_leads_on(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    client.get("/help/en/a/opening-hours")
    page = client.get("/help/en/search?q=retuzzyzx+%3Cb%3E").text
    assert "Nothing for “retuzzyzx &lt;b&gt;”" in page
    assert "Return an item" in page, "a title that begins like it"
    assert "Opening hours" in page, "what others read"
    assert 'href="/contact?subject=retuzzyzx%20%3Cb%3E"' in page


def test_an_empty_search_is_a_page_of_its_own(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    for address in ("/help/en/search", "/help/en/search?q=", "/help/en/search?q=%20"):
        assert "Type a few words of your question." in client.get(address).text


def test_titles_come_while_typing(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    assert client.get("/help/en/suggestions?q=ret").json == [
        {"title": "Return an item", "url": "/help/en/a/return-an-item"}
    ]
    assert client.get("/help/en/suggestions?q=r").json == []


def test_what_was_asked_is_kept_for_the_owner(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    for query in ("zzyzx", "ZZYZX", "return"):
        client.get("/help/en/search", query_string={"q": query})
    with app.test_request_context():
        tally.settle()
        assert [(one.query, one.count) for one in not_found(db.session())] == [("zzyzx", 2)]


def test_an_index_behind_the_database_leaks_nothing(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    with app.app_context(), transaction() as session, Writer(session, record, now) as writer:
        article = find_article(session, "en", "exchange-a-size")
        assert article
        writer.unpublish(article)
    assert "Exchange a size" not in client.get("/help/en/search?q=exchange+size").text
    assert client.get("/help/en/suggestions?q=exchange").json == []
    assert "exchange-a-size" not in client.get("/help/en/a/return-an-item").text


@pytest.mark.parametrize(
    "query", ["*", "a OR", '"', "title:x", "\x00\x07", "​" * 50, "x" * 10_240, "{]", "-", "~~", "'--"]
)
def test_evil_queries_get_a_page(app: Flask, now: datetime, query: str) -> None:
    client = open_library(app, now)
    for address in ("/help/en/search", "/help/en/suggestions", "/contact/suggestions"):
        assert client.get(address, query_string={"q": query}).status_code == 200


def test_a_new_article_is_found_at_once(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    assert "Nothing for" in client.get("/help/en/search?q=porcelain").text
    open_library(app, now, manuscript("porcelain-care"))
    assert "Porcelain care" in client.get("/help/en/search?q=porcelain").text
    with app.app_context():
        assert db.session.scalar(select(Article.status).where(Article.slug == "porcelain-care")) == "public"
