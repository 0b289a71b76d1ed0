"""A morning at the desk: ten tickets by keys alone, merging and taking it back, and an answer from a telephone."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from supportbox import clock
from supportbox.inbox.message import Message
from supportbox.inbox.saved_reply import save_reply
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.conftest import app
from tests.web.desk import PASSWORD, letter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["app"]
TICKETS, MOST_KEYS = 10, 5


@dataclass
class Keys:
    """Ada's hands: what they press is counted, what they type is not."""

    page: "Page"
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.pressed.append(key)
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the desk is; ten people wait."""
    now = clock.now()
    with app.app_context(), transaction() as session:
        ada = session.scalars(select(Agent).where(Agent.email == "ada@shop.example")).one()
        save_reply(session, ada, name="Parcel late", body="Hello {{customer.first_name}}, sorry.", now=now)
    for one in range(TICKETS):
        at = now - timedelta(hours=one + 1)
        letter(app, now=at, sender=f"c{one}@example.org", name=f"Cleo{one} Hart", subject=f"Where is {one}?")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def sign_in(page: "Page", address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#email", "ada@shop.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/inbox/**")


def sent(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Message.text).where(Message.kind == "agent").order_by(Message.id)))
        db.session.remove()
        return found


def _away_from(before: str) -> Callable[[str], bool]:
    return lambda url: url != before and "sent=" in url


def test_ten_tickets_are_answered_by_keys_alone(app: Flask, address: str, page: "Page") -> None:
    sign_in(page, address)
    page.goto(f"{address}/inbox/unassigned")
    hands = Keys(page)
    for one in range(TICKETS):
        if one == 0:
            hands.press("j")
            hands.press("Enter")
            page.wait_for_selector("#reply", state="attached")
        before = page.url
        hands.press("r")
        page.wait_for_selector("#reply:focus")
        hands.press("/")
        hands.type("late")
        page.wait_for_selector(".offers li[aria-selected=true]:has-text('Parcel late')")
        hands.press("Enter")
        page.wait_for_selector(".offers", state="hidden")
        hands.press("Control+Enter")
        page.wait_for_url(_away_from(before))
    assert sorted(sent(app)) == sorted(f"Hello Cleo{one}, sorry." for one in range(TICKETS))
    assert len(hands.pressed) <= TICKETS * MOST_KEYS, hands.pressed


def test_two_tickets_are_merged_and_taken_apart_again(app: Flask, address: str, page: "Page") -> None:
    sign_in(page, address)
    other = letter(app, now=clock.now(), sender="c0@example.org", name="Cleo0 Hart", subject="And another thing")
    page.goto(f"{address}/inbox/tickets/SB-{other}")
    page.locator(".tools summary:has-text('More')").click()
    page.get_by_role("link", name="Merge with another ticket").click()
    page.get_by_role("button", name="Merge into SB-1").click()
    page.wait_for_url(re.compile("SB-1"))
    assert page.get_by_text(f"SB-{other} was merged into this ticket.").is_visible()
    page.goto(f"{address}/inbox/tickets/SB-{other}")
    assert "/SB-1" in page.url, "the old number leads on"
    page.keyboard.press("z")
    page.wait_for_selector(f".ticket-head .number:has-text('SB-{other}')")
    assert page.get_by_role("heading", name="And another thing").is_visible()


def test_from_a_ticket_s_address_to_the_answer_on_a_telephone(app: Flask, address: str, browser: "Browser") -> None:
    phone = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto(f"{address}/inbox/tickets/SB-4")
    page.fill("#email", "ada@shop.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").tap()
    page.wait_for_selector("#reply")
    assert page.get_by_role("heading", name="Where is 3?").is_visible(), "signing in leads where the address led"
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    page.locator("#reply").tap()
    page.keyboard.type("It comes today.")
    button = page.locator(".write.reply .primary")
    box = button.bounding_box()
    assert box and box["height"] >= 44 and box["x"] + box["width"] <= 390
    button.tap()
    page.wait_for_url(re.compile("sent="))
    phone.close()
    assert sent(app) == ["It comes today."]


def test_all_that_matters_works_without_scripts(app: Flask, address: str, browser: "Browser") -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/inbox/unassigned")
    page.get_by_role("link", name="Where is 2?").click()
    assert page.get_by_text("It has not come.").first.is_visible()
    here = page.url
    page.fill("#reply", "It is on its way.")
    page.locator(".write.reply .primary").click()
    page.wait_for_url(re.compile("sent="))
    page.goto(here)
    assert page.get_by_text("It is on its way.").first.is_visible()
    page.locator("label.for-note").click()
    page.fill("#note", "She is in a hurry.")
    page.get_by_role("button", name="Add note").click()
    assert "She is in a hurry." in page.inner_text(".message.note")
    page.select_option("#assignee", label="Ben")
    page.get_by_role("button", name="Assign", exact=True).click()
    assert page.locator("#assignee option:checked").inner_text().strip() == "Ben"
    page.locator(".tools").get_by_role("button", name="Close").click()
    page.goto(f"{address}/inbox/search?q=is:closed")
    assert page.locator("#tickets .subject").all_inner_texts() == ["Where is 2?"]
    page.goto(f"{address}/inbox/unassigned")
    for number in (1, 2):
        page.check(f"#tickets [name=ticket][value='{number}']")
    page.locator("#bulk").get_by_role("button", name="Close").click()
    assert page.get_by_text("2 tickets closed.").is_visible()
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_text("Undone.").is_visible()
    page.goto(f"{address}/inbox/tickets/new")
    page.fill("#to", "dot@example.net")
    page.fill("#subject", "Your order is ready")
    page.fill("#text", "Come and see.")
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.get_by_text("Come and see.").first.is_visible()
    context.close()
    assert sent(app) == ["It is on its way.", "Come and see."]
