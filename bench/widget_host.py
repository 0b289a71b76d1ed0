"""A site that shows the widget, for measurements: plain or with a strict policy, with the widget or without."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import create_engine, insert

from bench.pages import free_port, serving
from supportbox import migrations, models, store
from supportbox.clock import now
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox

assert models
WORDS = "We make teapots, bowls and cups of stoneware in a small workshop by the sea, and send them everywhere. "
HEAD = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop</title>"
    "<meta name=viewport content='width=device-width, initial-scale=1'><meta name=description content='A shop.'>"
    "<link rel=icon href='data:,'><link rel=stylesheet href=/shop.css></head><body><main><h1>Shop</h1>"
)
STYLE = "body { font: 17px/1.6 sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; background: #fff }"


@contextmanager
def shop(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the site and of our server, while both run."""
    port = free_port()
    ours = f"http://127.0.0.1:{port}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), _pages(ours))
    site = f"http://127.0.0.1:{server.server_address[1]}"
    _make_instance(folder, site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        environment = {**os.environ, "SUPPORTBOX_INSTANCE": str(folder), "SUPPORTBOX_BASE_URL": ours}
        command = [sys.executable, "-m", "supportbox", "serve", "--no-worker", "--port", str(port)]
        with serving(command, environment, port):
            yield site, ours
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pages(ours: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """`/plain` and `/strict` show the widget, `/plain-bare` and `/strict-bare` are the same without it."""

        def do_GET(self) -> None:
            is_style = self.path == "/shop.css"
            script = "" if "bare" in self.path else f"<script async src='{ours}/widget.js'></script>"
            page = HEAD + f"<p>{WORDS * 6}</p>" * 8 + "</main>" + script + "</body></html>"
            body = (STYLE if is_style else page).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if is_style else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=3600")
            if self.path.startswith("/strict"):
                policy = f"default-src 'none'; img-src data:; style-src 'self'; script-src {ours}; frame-src {ours}"
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            """Nothing is said beside the figures."""

    return Handler


def _make_instance(folder: Path, site: str) -> None:
    folder.mkdir()
    make_secret(folder)
    settings = load({}, instance=folder)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    chat = {"address": "chat", "channel": "chat", "language": "", "options": {"origins": [site]}, "created_at": now()}
    with engine.begin() as connection:
        connection.execute(insert(Mailbox), [chat])
    engine.dispose()
