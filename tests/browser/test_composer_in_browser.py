"""The composer in a real browser: keys alone, and words that outlive the tab, the session and the network."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    from playwright.sync_api import Browser, FilePayload, Page

__all__ = ["app"]
TICKETS = 3


@dataclass
class Desk:
    """The desk as a browser reaches it."""

    app: Flask
    address: str

    def sign_in(self, page: "Page") -> None:
        page.goto(f"{self.address}/login")
        page.fill("#email", "ada@shop.example")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/inbox/**")

    def open(self, page: "Page") -> None:
        page.goto(f"{self.address}/inbox/unassigned")
        page.locator("#tickets .subject").first.click()
        page.wait_for_selector("#reply")

    def sent(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(Message.text).where(Message.kind == "agent").order_by(Message.id)))


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    now = clock.now()
    with app.app_context(), transaction() as session:
        ada = session.scalars(select(Agent).where(Agent.email == "ada@shop.example")).one()
        save_reply(session, ada, name="Parcel late", body="Hello {{customer.first_name}}, sorry.", now=now)
        save_reply(session, ada, name="Order", body="About {{order.number}}.", now=now)
    for one in range(TICKETS):
        letter(app, now=now - timedelta(hours=one + 1), sender=f"c{one}@example.org", name=f"Cleo {one}")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Desk(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join(5)


def _after(before: str) -> Callable[[str], bool]:
    return lambda url: url != before and "sent=" in url


def saved(page: "Page") -> None:
    page.wait_for_selector(".write.reply [data-drafted]:has-text('Draft saved')")


def test_tickets_are_answered_by_four_keys_and_a_word_each(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    for one in range(TICKETS):
        before = page.url
        page.keyboard.press("r")
        page.wait_for_selector("#reply:focus")
        page.keyboard.type("/late")
        page.wait_for_selector(".offers li[aria-selected=true]:has-text('Parcel late')")
        page.keyboard.press("Enter")
        page.wait_for_selector(".offers", state="hidden")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(_after(before))
        assert len(desk.sent()) == one + 1
    assert sorted(desk.sent()) == ["Hello Cleo, sorry."] * TICKETS


def test_an_unknown_field_stands_red_and_stops_the_letter(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    page.focus("#reply")
    page.keyboard.type("/order")
    page.wait_for_selector(".offers li:has-text('Order')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".open-fields .missing:has-text('{{order.number}}')")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("your order")
    assert page.input_value("#reply") == "About your order."
    assert desk.sent() == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"sent="))
    assert desk.sent() == ["About your order."]


def test_words_are_there_after_the_tab_was_shut_and_on_another_device(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    page.fill("#reply", "Half a sent")
    saved(page)
    address = page.url
    other = page.context.new_page()
    page.evaluate("() => localStorage.clear()")
    other.goto(address)
    assert other.input_value("#reply") == "Half a sent"
    other.fill("#reply", "Half a sentence")
    other.wait_for_timeout(400)
    other.close()
    page.goto(address)
    assert page.input_value("#reply") == "Half a sentence"


def test_a_cut_network_keeps_the_words_and_goes_on_when_it_is_back(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    # A network that is really cut makes the console complain, which the fixture takes for a fault of the page.
    page.evaluate("() => { window.whole = fetch; window.fetch = () => Promise.reject(new Error('cut')); }")
    page.fill("#reply", "Not lost")
    page.wait_for_selector(".write.reply [data-drafted]:has-text('No connection')")
    page.evaluate("() => { window.fetch = window.whole; dispatchEvent(new Event('online')); }")
    saved(page)


def test_a_session_that_ended_asks_for_it_again_and_goes_on_by_itself(desk: Desk, browser: "Browser") -> None:
    # A window of its own: the console says each refusal, which is what this is about.
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    desk.sign_in(page)
    desk.open(page)
    page.fill("#reply", "Before.")
    saved(page)
    context.clear_cookies()
    page.focus("#reply")
    page.keyboard.press("End")
    page.keyboard.type(" After.")
    page.wait_for_selector("#signed-out[open]")
    other = context.new_page()
    desk.sign_in(other)
    other.close()
    page.wait_for_selector("#signed-out:not([open])", state="attached")
    saved(page)
    page.focus("#reply")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"sent="))
    context.close()
    assert desk.sent() == ["Before. After."]


def test_three_fast_clicks_send_one_letter_and_leave_no_draft(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    address = page.url
    page.fill("#reply", "Once.")
    page.locator(".write.reply .primary").click(click_count=3, no_wait_after=True)
    page.wait_for_url(re.compile(r"sent="))
    page.goto(address)
    assert page.input_value("#reply") == ""
    assert desk.sent() == ["Once."]


def test_a_note_and_a_reply_keep_their_own_words(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    page.fill("#reply", "Dear Cleo")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("She is cross. @be")
    page.wait_for_selector(".write.note .offers li:has-text('Ben')")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"#m\d+$"))
    assert "She is cross. @Ben" in page.inner_text(".message.note")
    assert page.input_value("#reply") == "Dear Cleo"
    assert desk.sent() == []


def test_a_file_goes_up_at_once_and_can_be_taken_out(desk: Desk, page: "Page") -> None:
    desk.sign_in(page)
    desk.open(page)
    page.focus("#reply")
    page.wait_for_timeout(300)
    chooser = page.locator(".write.reply input[type=file]")
    files: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": b"hi"} for name in ("a.txt", "b.txt")
    ]
    chooser.set_input_files(files)
    page.wait_for_selector(".write.reply .file:has-text('b.txt') button")
    page.locator(".write.reply .file:has-text('a.txt') button").click()
    page.fill("#reply", "With one file.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"sent="))
    page.go_back()
    page.reload()
    assert page.locator(".message.agent .files").inner_text().startswith("b.txt")
