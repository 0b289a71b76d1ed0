"""Machines' pages: sitemap, robots, feed."""

from datetime import datetime
from xml.etree import ElementTree as Tree

from flask import Flask

from tests.kb.library import manuscript
from tests.web.reader import open_library

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "http://127.0.0.1:8000"


def test_the_sitemap_lists_public_articles_with_their_languages(app: Flask, now: datetime) -> None:
    answer = open_library(app, now).get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    urls = {url.findtext(f"{SITEMAP}loc"): url for url in Tree.fromstring(answer.data)}
    assert set(urls) == {
        f"{BASE}/help/en/",
        f"{BASE}/help/fr/",
        *(
            f"{BASE}/help/en/a/{slug}"
            for slug in ("return-an-item", "exchange-a-size", "track-a-parcel", "opening-hours")
        ),
        f"{BASE}/help/fr/a/retourner",
    }
    one = urls[f"{BASE}/help/en/a/return-an-item"]
    assert one.findtext(f"{SITEMAP}lastmod") == "2026-03-02"
    assert {link.get("hreflang") for link in one.findall(f"{XHTML}link")} == {"en", "fr"}


def test_robots_are_told_where_the_map_is(app: Flask) -> None:
    text = app.test_client().get("/robots.txt").text
    assert f"Sitemap: {BASE}/sitemap.xml" in text
    assert "Disallow: /r/" in text


def test_the_feed_has_the_newest_articles(app: Flask, now: datetime) -> None:
    client = open_library(app, now, manuscript("a-b", title="A & B < C", summary="]]> & more"))
    channel = Tree.fromstring(client.get("/help/en/feed.xml").data).find("channel")
    assert channel is not None
    item = channel.find("item")
    assert item is not None
    assert (item.findtext("title"), item.findtext("description")) == ("A & B < C", "]]> & more")
    assert item.findtext("link") == f"{BASE}/help/en/a/a-b"
    assert item.findtext("pubDate") == "Mon, 02 Mar 2026 09:00:00 +0000"
