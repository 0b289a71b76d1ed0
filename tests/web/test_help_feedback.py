"""Did this answer your question? Answers are counted without a cookie, and a No may say why."""

import re
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from supportbox.kb.article import Article
from supportbox.kb.feedback import Feedback
from supportbox.store import db
from tests.web.reader import open_library

PAGE = "/help/en/a/opening-hours"


def counts(app: Flask) -> tuple[int, int]:
    with app.app_context():
        article = db.session.scalars(select(Article).where(Article.slug == "opening-hours")).one()
        return article.helpful_yes, article.helpful_no


def test_a_yes_is_counted_and_thanked_for(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    answer = client.post(f"{PAGE}/feedback", data={"answer": "yes"})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?answered=yes#feedback")
    assert "Thank you" in client.get(answer.location).text
    assert "Set-Cookie" not in answer.headers
    assert counts(app) == (1, 0)


def test_a_no_may_say_why(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    answer = client.post(f"{PAGE}/feedback", data={"answer": "no"})
    page = client.get(answer.location).text
    token = re.search(r'name="feedback" value="([^"]+)"', page)
    assert token
    assert 'href="/contact?article=en/opening-hours"' in page
    client.post(f"{PAGE}/feedback", data={"feedback": token[1], "reason": "And Saturday?"})
    with app.app_context():
        assert db.session.scalars(select(Feedback.reason)).all() == ["And Saturday?"]
    assert counts(app) == (0, 1)


def test_a_token_of_somebody_else_writes_no_reason(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    client.post(f"{PAGE}/feedback", data={"answer": "no"})
    client.post(f"{PAGE}/feedback", data={"feedback": "1.00000000000000000000", "reason": "forged"})
    with app.app_context():
        assert set(db.session.scalars(select(Feedback.reason))) == {""}


def test_one_place_counts_a_few_times_a_day_only(app: Flask, now: datetime) -> None:
    client = open_library(app, now)
    for _ in range(8):
        assert client.post(f"{PAGE}/feedback", data={"answer": "no"}).status_code == 303
    assert counts(app) == (0, 5)


def test_drafts_take_no_feedback(app: Flask, now: datetime) -> None:
    assert open_library(app, now).post("/help/en/a/spring-sale/feedback", data={"answer": "yes"}).status_code == 404
