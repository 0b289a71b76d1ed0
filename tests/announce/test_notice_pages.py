"""The bell, the list, the matrix, the settings at a glance and times where the agent is."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.announce.announce import announce
from supportbox.inbox.notice import Notice
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from tests.web.conftest import ada, app
from tests.web.desk import Browser, letter, sign_in

__all__ = ["ada", "app"]


@pytest.fixture
def number(app: Flask) -> Iterator[int]:
    """Cleo's ticket, of which Ada and Ben have been told."""
    number = letter(app, now=clock.now())
    look(app)
    yield number


def look(app: Flask) -> None:
    with app.app_context():
        announce(app.extensions["settings"], clock.now())


def test_the_bell_counts_and_the_ticket_reads(ada: Browser, number: int) -> None:
    assert 'aria-hidden="true">1</span>' in ada.get("/inbox/unassigned")
    listed = ada.get("/notices")
    assert "New ticket from Cleo" in listed and f'href="/inbox/tickets/SB-{number}"' in listed
    ada.get(f"/inbox/tickets/SB-{number}")
    assert 'aria-hidden="true"></span>' in ada.get("/inbox/unassigned")
    assert 'class="unread"' not in ada.get("/notices")


def test_a_page_fetched_ahead_reads_nothing(ada: Browser, number: int) -> None:
    ada.get(f"/inbox/tickets/SB-{number}", **{"Sec-Purpose": "prefetch"})
    assert 'class="unread"' in ada.get("/notices")


def test_one_press_reads_all_of_ones_own(app: Flask, ada: Browser, number: int) -> None:
    assert ada.post("/notices", "/notices/read").status_code == 303
    with app.app_context(), transaction() as session:
        unread = session.scalars(
            select(Agent.name).join(Notice, Notice.agent_id == Agent.id).where(Notice.read_at.is_(None))
        ).all()
    assert unread == ["Ben"]


def test_the_news_tell_a_tab_in_the_background_what_is_new(app: Flask, ada: Browser, number: int) -> None:
    first = ada.client.get("/notices/news").json
    assert first and first["count"] == "1" and first["notices"] == []
    second = letter(app, now=clock.now() + timedelta(minutes=1), subject="Lid")
    look(app)
    news = ada.client.get(f"/notices/news?after={first['newest']}").json
    assert news and news["count"] == "2"
    assert [(one["title"], one["place"]) for one in news["notices"]] == [
        ("New ticket from Cleo", f"/inbox/tickets/SB-{second}")
    ]


def test_the_matrix_keeps_what_differs_from_the_usual(app: Flask, ada: Browser) -> None:
    fields = ["new.browser", "new.letter", "mine.browser"]
    ada.post("/settings/me/notices", "/settings/me/notices", wanted=fields)  # type: ignore[arg-type]  # ticks
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(Agent).where(Agent.name == "Ada")).one().notices
    assert kept["new.letter"] is True and kept["mine.letter"] is False and "new.browser" not in kept
    page = ada.get("/settings/me/notices?saved")
    assert 'value="new.letter" checked' in page and 'value="mine.letter" checked' not in page
    assert '<p class="notice" role="status">' in page


def test_the_settings_show_only_what_the_role_may_open(app: Flask, ada: Browser) -> None:
    owner, agent = ada.get("/settings"), sign_in(app, "ben@shop.example").get("/settings")
    assert 'href="/settings/agents"' in owner and 'href="/settings/agents"' not in agent
    assert 'href="/settings/me/notices"' in agent


def test_every_topic_leads_to_a_page(ada: Browser) -> None:
    for address in set(re.findall(r'<li><a href="(/[^"]+)"', ada.get("/settings"))):
        assert ada.client.get(address).status_code == 200, address


def test_times_are_where_the_agent_is(app: Flask, ada: Browser, number: int) -> None:
    with app.app_context(), transaction() as session:
        written = session.get_one(Ticket, number).created_at
    saved = ada.post("/settings/me", "/settings/me", name="Ada", timezone="Asia/Tokyo", language="en")
    assert saved.status_code == 303
    assert f"{(written + timedelta(hours=9)):%H:%M}" in ada.get(f"/inbox/tickets/SB-{number}")
    refused = ada.post("/settings/me", "/settings/me", name="Ada", timezone="Mars/Phobos", language="en")
    assert refused.status_code == 400 and "Choose a time zone of the list" in refused.text
