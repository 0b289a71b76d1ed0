"""The widget in a real browser, on somebody else's site: plain, with a strict policy, without a network, and in two
windows with an agent."""

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from supportbox import store
from supportbox.app import create_app
from supportbox.base import Base
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import db, transaction
from tests.conftest import NOW, add_people
from tests.web.desk import PASSWORD, give_passwords

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Request

# Where axe-core is, if it is anywhere; without it the same steps run unmeasured.
AXE = os.environ.get("SUPPORTBOX_AXE", "")


class Desk:
    """Our server and a site on another origin that shows the widget."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.site = ThreadingHTTPServer(("127.0.0.1", 0), self._pages())
        self.site_url = f"http://127.0.0.1:{self.site.server_address[1]}"
        make_secret(folder)
        settings = load({"SUPPORTBOX_BASE_URL": self.url, "SUPPORTBOX_UNDO_SECONDS": "0"}, instance=folder)
        self.app: Flask = create_app(settings)
        with self.app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction() as session:
                add_people(session)
                options = {"nearness": 0, "origins": [self.site_url]}
                session.add(Mailbox(address="chat", channel="chat", language="", options=options, created_at=NOW))
        give_passwords(self.app)
        self.loses = 0  # answers to messages that are to get lost, after the message was taken in
        self.server = make_server("127.0.0.1", self.port, self._lossy, threaded=True)

    def _lossy(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self.loses and environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == "/widget/talk":
            self.loses -= 1
            for _ in self.app.wsgi_app(environ, lambda *given: print):
                pass
            start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b""]
        return self.app.wsgi_app(environ, start_response)

    def _pages(desk) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = (
                    "<!doctype html><html lang=en><title>Shop</title><link rel=icon href='data:,'>"
                    "<main><h1>Shop</h1></main>"
                    f"<script async src='{desk.url}/widget.js'></script></html>"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                if self.path.startswith("/strict"):
                    policy = f"default-src 'none'; img-src data:; script-src {desk.url}; frame-src {desk.url}"
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *given: object) -> None:
                """Nothing is said beside the tests."""

        return Handler

    def texts(self) -> list[str]:
        with self.app.app_context():
            db.session.remove()
            return [message.text for message in db.session.query(Message).order_by(Message.id)]

    def tickets(self) -> int:
        with self.app.app_context():
            db.session.remove()
            return db.session.query(Ticket).count()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "instance"
    folder.mkdir()
    desk = Desk(folder)
    threads = [threading.Thread(target=one.serve_forever) for one in (desk.server, desk.site)]
    for thread in threads:
        thread.start()
    yield desk
    for one in (desk.server, desk.site):
        one.shutdown()
    for thread in threads:
        thread.join()
    desk.site.server_close()
    with desk.app.app_context():
        store.db.engine.dispose()


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    """A browser whose console may complain, as it does without a network."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    yield context
    context.close()


def opened(page: "Page") -> "FrameLocator":
    """The panel's talk, as a visitor comes to it."""
    page.click("#supportbox-button")
    panel = page.frame_locator("#supportbox-panel")
    if panel.locator("#home").is_visible() or panel.locator("[data-view=chat]").is_visible():
        panel.locator("[data-view=chat]").click()
    panel.locator("#words").wait_for()
    return panel


def write(panel: "FrameLocator", words: str) -> None:
    panel.locator("#words").fill(words)
    panel.locator("#words").press("Enter")


def check_axe(page: "Page") -> None:
    if AXE:
        for frame in page.frames:
            frame.evaluate(Path(AXE).read_text())
            assert [one["id"] for one in frame.evaluate("axe.run()")["violations"]] == []


@pytest.mark.parametrize("path", ["/plain", "/strict"])
def test_it_works_on_any_site_and_asks_nothing_before_it_is_touched(desk: Desk, page: "Page", path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(_ours(request, desk)))
    page.goto(desk.site_url + path)
    page.wait_for_selector("#supportbox-button")
    assert [one for one in asked if one] == ["/widget.js"]
    panel = opened(page)
    write(panel, "Where is my lid?")
    panel.locator(".message.own[data-id]").wait_for()
    assert desk.texts() == ["Where is my lid?"]
    assert page.context.cookies() == []
    if path == "/plain":
        check_axe(page)
    panel.locator("#words").press("Escape")
    page.wait_for_function("document.activeElement.id === 'supportbox-button'")
    assert page.get_attribute("#supportbox-button", "aria-expanded") == "false"


def test_one_ticket_after_no_network_lost_answers_and_a_reload(desk: Desk, context: "BrowserContext") -> None:
    page = context.new_page()
    page.goto(desk.site_url)
    page.wait_for_selector("#supportbox-button")
    panel = opened(page)
    context.set_offline(True)
    write(panel, "First words")
    panel.locator(".message.own").wait_for()
    assert desk.texts() == []
    desk.loses = 2
    context.set_offline(False)
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_selector("#supportbox-button")
    panel = opened(page)
    panel.locator(".message.own[data-id]").wait_for()
    write(panel, "Second words")
    panel.locator(".message.own[data-id] >> nth=1").wait_for()
    assert desk.loses == 0
    assert desk.texts() == ["First words", "Second words"]
    assert desk.tickets() == 1


def test_two_windows_chat(desk: Desk, context: "BrowserContext") -> None:
    visitor, agent = context.new_page(), context.new_page()
    visitor.goto(desk.site_url)
    visitor.wait_for_selector("#supportbox-button")
    panel = opened(visitor)
    write(panel, "Where is my lid?")
    panel.locator(".message.own[data-id]").wait_for()
    agent.goto(f"{desk.url}/login")
    agent.fill("[name=email]", "ada@shop.example")
    agent.fill("[name=password]", PASSWORD)
    agent.click("main button")
    agent.wait_for_selector("#tickets")
    agent.goto(f"{desk.url}/inbox/tickets/SB-1")  # the first: tables made without migrations begin there
    agent.fill("#chat-text", "On its way.")
    agent.press("#chat-text", "Enter")
    panel.locator(".message:not(.own)", has_text="On its way.").wait_for()
    agent.fill("#chat-text", "half a sentence")
    write(panel, "Thank you!")
    agent.locator("article.message.customer", has_text="Thank you!").wait_for()
    assert agent.input_value("#chat-text") == "half a sentence"
    assert desk.texts() == ["Where is my lid?", "On its way.", "Thank you!"]


def test_a_site_that_is_not_listed_sees_nothing(desk: Desk, context: "BrowserContext") -> None:
    page = context.new_page()
    page.goto(desk.site_url.replace("127.0.0.1", "localhost"))
    page.wait_for_selector("#supportbox-button")
    page.click("#supportbox-button")
    page.wait_for_timeout(1000)
    assert page.frame_locator("#supportbox-panel").locator("#home").count() == 0
    assert desk.texts() == []


def _ours(request: "Request", desk: Desk) -> str:
    return request.url.removeprefix(desk.url) if request.url.startswith(desk.url) else ""
