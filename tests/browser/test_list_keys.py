"""The list by keys alone, in a real browser: tick, close, undo, the command bar, and the switch that turns keys off."""

import re
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from supportbox import store
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.conftest import add_people
from tests.web.desk import PASSWORD, give_passwords, letter

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def app(settings: Settings, now: datetime) -> Iterator[Flask]:
    """A desk with five tickets of Cleo's."""
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        add_people(session)
    give_passwords(app)
    for i in range(5):
        letter(app, now=now, subject=f"Matter {i}")
    yield app
    with app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def desk(app: Flask, page: "Page") -> Iterator["Page"]:
    """Ada's window at the list of unassigned tickets."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page.goto(f"http://127.0.0.1:{server.port}/login")
    page.fill("[name=email]", "ada@shop.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("#tickets")
    yield page
    page.close()
    server.shutdown()
    thread.join()


def statuses(app: Flask) -> list[str]:
    with app.app_context():
        db.session.expire_all()
        found = [ticket.status for ticket in db.session.query(Ticket).order_by(Ticket.id)]
        db.session.remove()
        return found


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_range_is_ticked_closed_and_opened_again(app: Flask, desk: "Page") -> None:
    press(desk, "j", "j", "x", "j", "j", "Shift+X")
    assert desk.inner_text(".chosen") == "3 chosen"
    press(desk, "e")
    desk.wait_for_selector("text=3 tickets closed.")
    assert statuses(app) == ["open", "closed", "closed", "closed", "open"]
    press(desk, "z")
    desk.wait_for_selector("text=Undone.")
    assert statuses(app) == ["open"] * 5


def test_without_a_tick_the_row_in_focus_is_meant(app: Flask, desk: "Page") -> None:
    press(desk, "e")
    assert desk.locator("[name=ticket]:checked").count() == 0
    press(desk, "j", "!")
    desk.wait_for_selector("text=1 ticket marked as spam.")
    assert statuses(app) == ["spam", "open", "open", "open", "open"]


def test_tagging_and_snoozing_by_keys(app: Flask, desk: "Page") -> None:
    press(desk, "j", "x", "t")
    desk.keyboard.type("urgent")
    press(desk, "Enter")
    desk.wait_for_selector("text=1 ticket tagged.")
    press(desk, "j", "s", "Enter")
    desk.wait_for_selector("text=1 ticket snoozed.")
    assert desk.locator("#tickets .row").count() == 4


def test_all_are_ticked_at_once_and_the_next_row_too(desk: "Page") -> None:
    desk.check("#all")
    assert desk.locator("[name=ticket]:checked").count() == 5
    press(desk, "Escape")
    assert desk.locator("[name=ticket]:checked").count() == 0


def open_command_bar(desk: "Page") -> None:
    """On a busy machine the script may come after the first key."""
    desk.wait_for_load_state("load")
    press(desk, "Control+k")
    desk.wait_for_selector("#command[open]")


def test_the_command_bar_leads_anywhere(desk: "Page") -> None:
    open_command_bar(desk)
    desk.keyboard.type("clo")
    press(desk, "Enter")
    desk.wait_for_url(re.compile("/inbox/closed"))
    open_command_bar(desk)
    desk.keyboard.type("sb-3")
    press(desk, "Enter")
    desk.wait_for_url(re.compile("/inbox/tickets/SB-3"))
    open_command_bar(desk)
    desk.keyboard.type("where is it")
    press(desk, "Enter")
    desk.wait_for_url(re.compile("/inbox/search"))


def test_the_switch_turns_all_keys_off(app: Flask, desk: "Page") -> None:
    with app.app_context(), transaction() as session:
        session.query(Agent).filter(Agent.name == "Ada").update({"has_keys_off": True})
    desk.reload()
    desk.focus("#tickets a >> nth=0")
    press(desk, "x", "e", "!", "Control+k")
    assert desk.locator("[name=ticket]:checked").count() == 0
    assert not desk.is_visible("#command")
    assert statuses(app) == ["open"] * 5
