"""`supportbox serve`: the web pages and the worker in one process, which stops cleanly when told to."""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from sqlalchemy import select
from waitress import wasyncore
from waitress.server import create_server

from supportbox import config, store
from supportbox.app import create_app
from supportbox.cli.instance import ensure_current, ensure_exists, ensure_whole
from supportbox.cli.logs import set_up_logs
from supportbox.cli.proxies import behind
from supportbox.config import Settings
from supportbox.doctor.database import warn_of_sqlite
from supportbox.errors import Refused
from supportbox.people.agent import Agent

if TYPE_CHECKING:
    from supportbox.work.worker import Worker

# Every visitor of a help centre holds a connection for a while; waitress would stop accepting at 100.
CONNECTIONS = 1000
# How long a request that has begun may take to finish after SIGTERM, in seconds.
PATIENCE = 6.0
log = logging.getLogger("supportbox.serve")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--no-worker", is_flag=True, help="Pages only; another process fetches and delivers.")
def serve(host: str, port: int, no_worker: bool) -> None:
    """Serve the web pages, with the worker in the same process."""
    settings = config.load(port=port or 8000)
    ensure_exists(settings)
    set_up_logs(settings.log)
    app = create_app(settings)
    app.extensions["asks_worker"] = not no_worker
    try:
        with app.app_context():
            ensure_current()
            ensure_whole()
        _run(app, settings, host, port, with_worker=not no_worker)
    finally:
        with app.app_context():
            store.db.engine.dispose()


def _run(app: Flask, settings: Settings, host: str, port: int, *, with_worker: bool) -> None:
    sockets: dict[int, Any] = {}
    try:
        server = _listen(app, settings, host, port, sockets)
        with _working(app, with_worker=with_worker):
            with app.app_context():
                warn_of_sqlite(log)
            address = _address(server, host)
            greeting = f"SupportBox is at {address}  (Ctrl-C ends it)" + _first_visit(app, settings, address)
            serve_until_told(server, sockets, greeting=greeting)
    finally:
        wasyncore.close_all(sockets, ignore_all=True)


def _listen(app: Flask, settings: Settings, host: str, port: int, sockets: dict[int, Any]) -> Any:
    try:
        return create_server(
            behind(app.wsgi_app, settings.trusted_proxies),
            map=sockets,
            host=host,
            port=port,
            threads=settings.threads,
            connection_limit=CONNECTIONS,
            channel_timeout=30,
            ident=None,
            max_request_body_size=settings.max_mail_bytes + 2_000_000,
            clear_untrusted_proxy_headers=False,  # `behind` decides whom to believe
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refused(f"Cannot listen on {host}:{port}: {reason}. Choose another with --port or --host.") from error


@contextmanager
def _working(app: Flask, *, with_worker: bool) -> Iterator["Worker | None"]:
    if not with_worker:
        yield None
        return
    # `--no-worker` spares the memory of everything that speaks IMAP and SMTP.
    from supportbox.work.worker import Worker

    worker = Worker(app)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def serve_until_told(server: Any, sockets: dict[int, Any], *, greeting: str = "") -> None:
    """Answer requests until SIGTERM or Ctrl-C; what has begun by then is finished, nothing new is taken."""
    told = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    click.echo(greeting, err=True)
    try:
        while not told.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=sockets, count=1)
        _finish(server, sockets)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _finish(server: Any, sockets: dict[int, Any]) -> None:
    log.info("stopping")
    for one in list(sockets.values()):
        if getattr(one, "accepting", False):
            one.accepting = False
            one.socket.close()
            del sockets[one._fileno]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(_is_busy(channel) for channel in sockets.values()):
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=1)


def _is_busy(channel: Any) -> bool:
    """Whether a connection still waits for an answer, or for the rest of one."""
    return bool(getattr(channel, "requests", None)) or bool(getattr(channel, "total_outbufs_len", 0))


def _first_visit(app: Flask, settings: Settings, address: str) -> str:
    """Where the owner begins, while there is nobody yet."""
    code = settings.instance / "setup.code"
    with app.app_context():
        is_new = code.exists() and store.db.session.scalar(select(Agent.id).limit(1)) is None
    return f"\nSet it up at {address}/setup?code={code.read_text('utf-8').strip()}" if is_new else ""


def _address(server: Any, host: str) -> str:
    listening = getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]
    name, number = listening[0][0], listening[0][1]
    shown = host if host not in ("", "0.0.0.0", "::", "*") else name  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{number}" if ":" in shown else f"http://{shown}:{number}"
