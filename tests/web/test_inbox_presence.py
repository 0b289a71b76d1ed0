"""Who is at a ticket, told to the others there; what a ticket's page asks of the database; how big it grows."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, letter, sign_in


def beat(browser: Browser, number: int, what: str, known: str = "") -> TestResponse:
    page = f"/inbox/tickets/SB-{number}"
    token = form_fields(browser.get(page), f"{page}/notes")["csrf_token"]
    client: FlaskClient = browser.client
    headers = {"If-None-Match": known} if known else {}
    return client.post(f"{page}/presence", data={"csrf_token": token, "what": what}, headers=headers)


def test_a_colleague_who_answers_is_named_until_they_go(app: Flask, ada: Browser, now: datetime) -> None:
    number, ben = letter(app, now=now), sign_in(app, "ben@shop.example")
    assert beat(ada, number, "viewing").json == {"others": [], "version": 1}
    assert beat(ben, number, "replying").json == {"others": ["Ada is looking too"], "version": 1}
    told = beat(ada, number, "viewing")
    assert told.json == {"others": ["Ben is replying"], "version": 1}
    assert "Ben is replying" in ada.get(f"/inbox/tickets/SB-{number}")
    assert beat(ada, number, "viewing", told.headers["ETag"]).status_code == 304
    assert beat(ben, number, "gone").status_code == 200
    assert beat(ada, number, "viewing", told.headers["ETag"]).json == {"others": [], "version": 1}
    with app.app_context():
        assert db.session.get_one(Ticket, number).version == 1


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def long_ticket(app: Flask, now: datetime, messages: int) -> int:
    number = letter(app, now=now)
    with app.app_context(), transaction() as session:
        ticket, agent = session.get_one(Ticket, number), session.scalars(select(Agent)).first()
        assert agent
        for i in range(messages - 1):
            at = now + timedelta(minutes=i)
            reply(session, ticket, agent, f"Answer number {i}.\n\nBest regards", now=at, then="open")
    return number


def test_a_ticket_of_two_hundred_messages_asks_no_more_than_one_of_two(
    app: Flask, ada: Browser, now: datetime, asked: list[str]
) -> None:
    short, long = long_ticket(app, now, 2), long_ticket(app, now, 200)
    counts = []
    for number in (short, long):
        ada.get(f"/inbox/tickets/SB-{number}")  # the first look marks it as seen
        asked.clear()
        ada.get(f"/inbox/tickets/SB-{number}")
        counts.append(len(asked))
    # Whether an older message that is not shown was flagged is asked only where there are such.
    assert counts[1] <= counts[0] + 1
    assert counts[0] <= 22, "\n\n".join(asked)


def test_a_long_ticket_is_paged_and_stays_small(app: Flask, ada: Browser, now: datetime) -> None:
    page = f"/inbox/tickets/SB-{long_ticket(app, now, 200)}"
    shown, seen = ada.get(page), set[str]()
    for _ in range(4):
        assert len(re.findall(r"<[a-z]", shown)) <= 1500
        seen |= set(re.findall(r'id="m(\d+)"', shown))
        older = re.findall(r'href="(\?before=\d+)"', shown)
        shown = ada.get(page + older[0]) if older else shown
    assert len(seen) == 200
    assert len(set(re.findall(r'id="m(\d+)"', ada.get(f"{page}?all=1")))) == 200
