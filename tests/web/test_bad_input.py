"""Bad input at the desk: one sentence each, and what was typed is still there."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from supportbox.inbox.message import Message
from supportbox.inbox.saved_reply import save_reply
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, letter


@pytest.fixture
def page(app: Flask, now: datetime) -> str:
    return f"/inbox/tickets/SB-{letter(app, now=now)}"


def answers(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Message.kind == "agent")) or 0


def typed(html: str, field: str = "reply") -> str:
    found = re.search(rf'<textarea id="{field}"[^>]*>(.*?)</textarea>', html, re.S)
    assert found
    return found[1]


def problem(html: str) -> str:
    found = re.search(r'id="problem"><p>(.*?)</p>', html, re.S)
    assert found
    return found[1]


def test_an_unknown_field_of_a_saved_reply_stops_the_letter_and_keeps_it(
    app: Flask, ada: Browser, page: str, now: datetime
) -> None:
    with app.app_context(), transaction() as session:
        agent = session.scalars(select(Agent).where(Agent.email == "ada@shop.example")).one()
        save_reply(session, agent, name="Order", body="About {{order.colour}}.", now=now)
    refused = ada.post(page, f"{page}/replies", text="About {{order.colour}}.", then="waiting")
    assert refused.status_code == 400
    assert "order.colour" in problem(refused.text) and typed(refused.text) == "About {{order.colour}}."
    assert answers(app) == 0


def test_a_search_of_ten_kilobytes_is_one_sentence_and_stays_in_the_field(ada: Browser, page: str) -> None:
    query = " ".join(f"word{number}" for number in range(1200))[:10_000].strip()
    html = ada.get("/inbox/search?q=" + query.replace(" ", "+"))
    assert html.count('class="notice warn"') == 1
    assert f'value="{query}"' in html


@pytest.mark.parametrize("field", ["text", "subject", "to"])
def test_a_new_ticket_with_nonsense_keeps_every_word(app: Flask, ada: Browser, field: str) -> None:
    given = {"to": "cleo@example.org", "subject": "Your order", "text": "It is ready.", "then": "waiting"}
    bad = {"text": " ", "subject": "x" * 300, "to": "nobody"}
    address = "/inbox/tickets/new"
    form = {**form_fields(ada.get(address), address), **given, field: bad[field]}
    refused = ada.client.post(address, data=form)
    assert refused.status_code == 400 and problem(refused.text)
    for name, words in given.items():
        assert name in ("then", field) or words in refused.text
    assert answers(app) == 0
