"""Somebody else's site that shows the widget, our server behind it, and what a visitor does in the panel."""

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

from supportbox.app import create_app
from supportbox.base import Base
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import db, transaction
from tests.conftest import NOW, add_people
from tests.web.desk import give_passwords

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright.sync_api import FrameLocator, Page

# Where axe-core is, if it is anywhere; without it the same steps run unmeasured.
AXE = os.environ.get("SUPPORTBOX_AXE", "")
SENDING = ("/widget/talk", "/widget/letters", "/widget/calls")


class ShopSite:
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
        if self.loses and environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] in SENDING:
            self.loses -= 1
            for _ in self.app.wsgi_app(environ, lambda *given: print):
                pass
            start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b""]
        return self.app.wsgi_app(environ, start_response)

    def _pages(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = (
                    "<!doctype html><html lang=en><title>Shop</title><link rel=icon href='data:,'>"
                    "<main><h1>Shop</h1></main>"
                    f"<script async src='{site.url}/widget.js'></script></html>"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                if self.path.startswith("/strict"):
                    policy = f"default-src 'none'; img-src data:; script-src {site.url}; frame-src {site.url}"
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


@contextmanager
def shop_site(folder: Path) -> Iterator[ShopSite]:
    """The site and our server, while a test runs."""
    site = ShopSite(folder)
    threads = [threading.Thread(target=one.serve_forever) for one in (site.server, site.site)]
    for thread in threads:
        thread.start()
    yield site
    for one in (site.server, site.site):
        one.shutdown()
    for thread in threads:
        thread.join()
    site.site.server_close()
    with site.app.app_context():
        db.engine.dispose()


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
