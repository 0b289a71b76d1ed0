"""The help centre's pages: home, category, article, their languages, their heads, and their way of travelling."""

import gzip
import json
import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from flask import Flask

from supportbox.inbox.event import record
from supportbox.kb.writing import Writer, find_article
from supportbox.people.business import change_business
from supportbox.store import transaction
from supportbox.web.help import tally
from tests.kb.library import manuscript
from tests.web.desk import Browser
from tests.web.reader import open_library


@pytest.mark.parametrize(
    ("header", "where"),
    [("fr-CA,fr;q=0.9,en;q=0.5", "/help/fr/"), ("en", "/help/en/"), ("de", "/help/en/"), ("", "/help/en/")],
)
def test_the_way_in_picks_the_readers_language(app: Flask, now: datetime, header: str, where: str) -> None:
    client = open_library(app, now)
    for address in ("/", "/help/"):
        answer = client.get(address, headers={"Accept-Language": header})
        assert (answer.status_code, answer.location) == (302, where)
        assert "Accept-Language" in answer.headers["Vary"]


def test_home_shows_categories_with_counts_and_loose_articles(app: Flask, now: datetime) -> None:
    page = open_library(app, now).get("/help/en/").text
    assert "How can we help?" in page
    assert re.search(r">Returns</a></h3>\s*<p[^>]*>2 articles<", page)
    assert "Opening hours" in page
    assert "Parcels" not in page, "the second level is one page further"


def test_an_empty_help_centre_says_so(app: Flask) -> None:
    assert "There are no articles here yet." in app.test_client().get("/help/en/").text


def test_a_category_lists_its_articles_in_pages(app: Flask, now: datetime) -> None:
    client = open_library(app, now, *(manuscript(f"article-{n}", category="All") for n in range(45)))
    first, second = client.get("/help/en/c/all").text, client.get("/help/en/c/all?page=2").text
    assert "Article 39" in first and "Article 40" not in first
    assert "Article 40" in second and "Article 39" not in second
    answers = {number: client.get(f"/help/en/c/all?page={number}").status_code for number in ("0", "x", "3", "99999")}
    assert answers == {"0": 200, "x": 200, "3": 404, "99999": 404}


def test_an_article_has_what_people_expect(app: Flask, now: datetime) -> None:
    page = open_library(app, now).get("/help/en/a/return-an-item").text
    for there in (
        "<h1 data-user-content>Return an item</h1>",
        '<a href="/help/en/c/returns" data-user-content>Returns</a>',
        '<a href="#h-pack-it" data-user-content>Pack it</a>',
        '<strong class="box-word">Note</strong>',
        '<time datetime="2026-03-02">2 March 2026</time>',
        '<a rel="next" class="after" href="/help/en/a/exchange-a-size">',
        "Related articles",
        "Did this answer your question?",
        '<a href="/help/fr/a/retourner" hreflang="fr"',
    ):
        assert there in page
    assert page.count("<h1") == 1


def test_the_head_tells_machines_the_same(app: Flask, now: datetime) -> None:
    page = open_library(app, now).get("/help/en/a/return-an-item").text
    base = "http://127.0.0.1:8000"
    assert f'<link rel="canonical" href="{base}/help/en/a/return-an-item">' in page
    assert f'<link rel="alternate" hreflang="fr" href="{base}/help/fr/a/retourner">' in page
    assert '<meta property="og:title" content="Return an item">' in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    article, trail = json.loads(found[1])
    assert (article["@type"], article["headline"]) == ("Article", "Return an item")
    assert [step["name"] for step in trail["itemListElement"]] == ["Help centre", "Returns", "Return an item"]


def test_a_missing_language_is_shown_in_another_and_said_so(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    page = client.get("/help/fr/a/track-a-parcel").text
    assert "About: Track a parcel." in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical" href="http://127.0.0.1:8000/help/en/a/track-a-parcel"' in page
    assert '<article lang="en"' in page
    assert client.get("/help/en/a/retourner").status_code == 200


def test_renamed_articles_redirect(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    with app.app_context(), transaction() as session, Writer(session, record, now) as writer:
        article = find_article(session, "en", "track-a-parcel")
        assert article
        writer.rename(article, "where-is-it")
    answer = client.get("/help/en/a/track-a-parcel")
    assert (answer.status_code, answer.location) == (301, "/help/en/a/where-is-it")


@pytest.mark.parametrize(
    "address", ["/help/en/a/nothing", "/help/en/c/nothing", "/help/zz/", "/help/e%00n/", "/help/en/a/%F0%9F%98%80"]
)
def test_what_is_not_there_is_a_page_with_a_way_on(app: Flask, now: datetime, address: str) -> None:
    answer = open_library(app, now).get(address)
    assert answer.status_code == 404
    assert 'href="/help/"' in answer.text


def test_pages_travel_light(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    for address in ("/help/en/", "/help/en/a/return-an-item", "/help/en/search?q=return", "/sitemap.xml"):
        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "Set-Cookie" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < 12_000
        again = client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_changed_article_has_another_tag(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    before = client.get("/help/en/a/opening-hours").headers["ETag"]
    open_library(app, now, manuscript("opening-hours", body="Never."))
    after = client.get("/help/en/a/opening-hours", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "Never." in after.text


def test_a_title_cannot_break_out(app: Flask, now: datetime) -> None:
    evil = '</script><script>alert("1")</script>'
    client = open_library(app, now, manuscript("evil", title=evil, summary=evil, category=evil, tags=[evil]))
    category = "/help/en/c/script-script-alert-1-script"
    for address in ("/help/en/", "/help/en/a/evil", category, "/help/en/search?q=alert", "/help/en/feed.xml"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    assert client.get("/help/en/suggestions?q=script").json == [{"title": evil, "url": "/help/en/a/evil"}]


def test_pictures_from_elsewhere_are_allowed_only_where_there_are_any(app: Flask, now: datetime) -> None:
    client = open_library(
        app, now, manuscript("bowl", body="![A bowl](https://shop.example/bowl.jpg)"), manuscript("cup")
    )
    assert "img-src 'self' https:" in client.get("/help/en/a/bowl").headers["Content-Security-Policy"]
    assert "https:" not in client.get("/help/en/a/cup").headers["Content-Security-Policy"]


def test_views_are_counted_for_people_and_shown_to_agents(app: Flask, ada: Browser, now: datetime) -> None:
    client = open_library(app, now)
    for _ in range(3):
        client.get("/help/en/a/opening-hours")
    client.get("/help/en/a/opening-hours", headers={"User-Agent": "Googlebot/2.1"})
    with app.test_request_context():
        tally.settle()
    assert "3 views" in ada.get("/help/en/a/opening-hours")
    assert "views" not in client.get("/help/en/a/opening-hours").text


def test_pages_are_well_formed(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    for address in ("/help/en/", "/help/fr/", "/help/en/c/returns", "/help/en/a/return-an-item", "/help/en/search?q=x"):
        check = _Balance()
        check.feed(client.get(address).text)
        assert check.open == [], address
        assert len(set(check.ids)) == len(check.ids), address


def test_the_business_name_is_on_every_page(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    with app.app_context(), transaction() as session:
        change_business(session, name="Nord & Co", website="https://shop.example")
    app.extensions.pop("business", None)
    page = client.get("/help/en/").text
    assert "Nord &amp; Co" in page
    assert '<a href="https://shop.example">Back to Nord &amp; Co</a>' in page


class _Balance(HTMLParser):
    """Notes elements left open and ids."""

    EMPTY = ("meta", "link", "input", "br", "img", "hr", "use")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
