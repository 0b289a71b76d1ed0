"""Drafts and internal articles are nowhere to be found by a stranger; agents read them."""

from collections import deque
from datetime import datetime

from flask import Flask

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
