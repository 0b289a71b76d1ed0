"""Drafts and internal articles are nowhere to be found by a stranger; agents read them."""

import re
from collections import deque
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from supportbox.kb.article import Article
from supportbox.store import db
from tests.kb.library import manuscript
from tests.web.desk import Browser
from tests.web.reader import links, open_library

SECRETS = ("quokka", "spring-sale", "spring sale", "zebrawood", "supplier-prices", "supplier prices")
BEGIN = [
    "/", "/help/en/", "/help/fr/", "/sitemap.xml", "/robots.txt", "/help/en/feed.xml", "/help/fr/feed.xml",
    "/help/en/search?q=quok&limit=9", "/help/en/search?q=zebrawood", "/help/en/search?q=supplier",
    "/help/en/suggestions?q=sp", "/help/en/suggestions?q=su", "/help/en/a/spring-sale",
    "/help/en/a/supplier-prices", "/help/fr/a/spring-sale",
    "/contact?subject=spring+sal", "/contact/suggestions?q=zebrawoo", "/contact?article=en/spring-sale",
]  # fmt: skip


def test_a_stranger_walks_everywhere_and_learns_nothing(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    todo, seen = deque(BEGIN), set(BEGIN)
    while todo:
        address = todo.popleft()
        answer = client.get(address)
        assert answer.status_code < 500, address
        told = (answer.text + str(answer.headers)).lower()
        for asked in ("q=zebrawood", "subject=spring"):
            told = told.replace(asked, "")
        assert not [
            secret for secret in SECRETS if secret in told and secret not in address.lower().replace("+", " ")
        ], address
        for where in links(answer.text):
            if where not in seen and not where.startswith(("/static/", "/login")):
                seen.add(where)
                todo.append(where)
    assert "/help/en/a/exchange-a-size" in seen, "the walk went through the articles"


def test_what_is_hidden_answers_as_what_never_was(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    hidden, never = client.get("/help/en/a/spring-sale"), client.get("/help/en/a/never-was")
    assert (hidden.status_code, hidden.data) == (never.status_code, never.data)


def test_agents_read_them_and_are_told(app: Flask, ada: Browser, now: datetime) -> None:
    open_library(app, now)
    draft, internal = ada.get("/help/en/a/spring-sale"), ada.get("/help/en/a/supplier-prices")
    assert "quokka" in draft and "A draft: only agents see it." in draft
    assert "zebrawood" in internal and "An internal article: only agents see it." in internal
    assert '<meta name="robots" content="noindex">' in draft
    assert "Did this answer your question?" not in draft


def test_every_address_there_is_keeps_the_secret(app: Flask, now: datetime) -> None:
    """All routes of the application as a stranger, each with the hidden articles' names, ids and words put in."""
    client = open_library(app, now)
    with app.app_context():
        hidden = db.session.scalars(select(Article.id).where(Article.status != "public")).all()
    told: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        for slug, number in zip(("spring-sale", "supplier-prices"), hidden, strict=True):
            values = {"lang": "en", "slug": slug, "number": number, "name": slug, "token": slug, "key": slug}
            path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda part, known=values: str(known.get(part[1], 1)), rule.rule)
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
                answer = client.open(path, method=method, query_string={"q": slug, "article": f"en/{slug}"})
                said = (answer.text + str(answer.headers)).lower()
                for echoed in (slug, slug.replace("-", " "), slug.replace("-", "+"), slug.replace("-", "%20")):
                    said = said.replace(f"en/{echoed}", "").replace(f"q={echoed}", "").replace(f"/{echoed}", "")
                    said = (
                        said.replace(f"“{echoed}”", "")
                        .replace(f'value="{echoed}"', "")
                        .replace(f"subject={echoed}", "")
                    )
                if [secret for secret in ("quokka", "zebrawood", "spring sale", "supplier prices") if secret in said]:
                    told[f"{method} {path}"] = said
    assert told == {}


def test_hidden_articles_change_no_tag_of_a_page(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    pages = ["/help/en/", "/help/en/c/returns", "/help/en/search?q=return", "/sitemap.xml", "/help/en/feed.xml",
             "/help/en/a/return-an-item", "/help/en/suggestions?q=re"]  # fmt: skip
    before = {page: client.get(page).headers.get("ETag") for page in pages}
    for status in ("draft", "internal"):
        open_library(app, now, manuscript(f"return-{status}", status=status, category="Returns", body="Return it."))
    for name in ("help.sitemap", "help.related"):
        app.extensions.pop(name, None)
    assert {page: client.get(page).headers.get("ETag") for page in pages} == before
