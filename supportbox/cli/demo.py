"""`supportbox demo`: a desk that can be tried at once, with a mail server of its own and people who write letters."""

import json
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from supportbox import clock, config
from supportbox.cli.logs import set_up_logs
from supportbox.config import Settings
from supportbox.demo import announcement, world
from supportbox.demo.cast import ADA, CLEO, MAIL_USERS, SHOP
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.doctor.running import is_worker_running
from supportbox.errors import Refused
from supportbox.inbox.reference import Reference
from supportbox.people.request_link import make_request_token

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path("instance/demo")
FACTS = "demo.json"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
IMAP_PORT, SMTP_PORT = 1143, 1025
# A letter is a ticket within two seconds, and an answer can still be taken back for a few.
POLL_SECONDS, UNDO_SECONDS = 1.0, 5


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="A free one if taken.")
@click.option("--host", default=LOOPBACK[0], show_default=True, help="127.0.0.1, localhost or ::1.")
@click.option("--fresh", is_flag=True, help="Forget what was done in the demo before.")
def demo(port: int, host: str, fresh: bool) -> None:
    """Start a desk with a sandbox mail server and sample people. It lives in ./instance/demo; nothing leaves it."""
    if host not in LOOPBACK:
        raise Refused(f"The demo's passwords are public: it listens on {LOOPBACK[0]} only, not on {host}.")
    folder = FOLDER.absolute()
    if is_worker_running(folder):
        raise Refused(f"The demo in {folder} is running already. End it first, or use it.")
    (folder / FACTS).unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _end)
    set_up_logs("text")
    logging.getLogger().setLevel(logging.WARNING)
    maker = _begin_world(folder) if fresh or not world.is_ready(folder) else None
    _load_libraries()
    with closing(_listen(host, port)) as listening, _mail_server() as sandbox:
        _await_world(maker)
        _run(_settings(folder, host, listening.getsockname()[1]), sandbox, listening)


def _end(number: int, frame: FrameType | None) -> None:
    """Told to end before the desk stands: everything is put away as at any other end."""
    sys.exit(0)


def _begin_world(folder: Path) -> BaseProcess:
    """Make the sample world in a process of its own: on another core, and what only that needs is gone with it."""
    click.echo("Making the sample world ...", err=True)
    maker = get_context("fork").Process(target=_make_world, args=(folder,), daemon=True)
    maker.start()
    return maker


def _make_world(folder: Path) -> None:
    from supportbox.app import create_core
    from supportbox.store import db
    from supportbox.work.index import index_articles, index_tickets

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who waits for us
    world.make_world(folder, now=clock.now())
    core = create_core(config.load({}, instance=folder))
    with core.app_context():
        index_tickets(db.session())
        index_articles(db.session())


def _await_world(maker: BaseProcess | None) -> None:
    if maker is None:
        return
    maker.join()
    if maker.exitcode:
        raise Refused("The sample world could not be made; the lines above say why.")


def _load_libraries() -> None:
    """What pages and worker need, loaded while the world is being made."""
    import waitress.server

    import supportbox.web
    import supportbox.work

    assert waitress.server and supportbox.web and supportbox.work


def _listen(host: str, port: int) -> socket.socket:
    """A socket on the port asked for, or on a free one when somebody else has it."""
    for candidate in (port, 0):
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
            listening.listen(1024)
        except OSError as error:
            listening.close()
            reason = error.strerror
        else:
            return listening
    raise Refused(f"Cannot listen on {host}: {reason}.")


@contextmanager
def _mail_server() -> Iterator[Sandbox]:
    users = [(one.email, one.password) for one in MAIL_USERS]
    with Sandbox(users, imap_port=IMAP_PORT, smtp_port=SMTP_PORT, must_log_in=[SHOP.email]) as sandbox:
        yield sandbox


def _settings(folder: Path, host: str, port: int) -> Settings:
    settings = config.load({}, instance=folder)
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return replace(settings, base_url=url, poll_seconds=POLL_SECONDS, undo_seconds=UNDO_SECONDS)


def _run(settings: Settings, sandbox: Sandbox, listening: socket.socket) -> None:
    from waitress.server import create_server

    from supportbox.app import create_app
    from supportbox.cli.serve import serve_until_told
    from supportbox.demo.correspondence import Correspondence
    from supportbox.store import db
    from supportbox.work import Worker

    app = create_app(settings)
    app.extensions["correspondence"] = Correspondence(sandbox)
    ticket_id, moving = _move_in(app, settings, sandbox)
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, sockets=[listening], threads=settings.threads, ident=None)
    worker = Worker(app)
    worker.start()
    facts_file = settings.instance / FACTS
    try:
        ports = {"imap_port": sandbox.imap_port, "smtp_port": sandbox.smtp_port}
        request_path = f"/r/{make_request_token(settings.key('request-link'), ticket_id, now=clock.now())}"
        facts = announcement.facts(settings.base_url, str(Reference(ticket_id)), request_path, moving, **ports)
        _write_facts(facts_file, facts)
        click.echo(announcement.announcement(settings.base_url, str(settings.instance), **ports))
        serve_until_told(server, sockets, greeting="  Ctrl-C ends it.")
    finally:
        facts_file.unlink(missing_ok=True)
        worker.stop()
        with app.app_context():
            db.engine.dispose()


def _move_in(app: "Flask", settings: Settings, sandbox: Sandbox) -> tuple[int, dict[str, str]]:
    """Join desk and sandbox as they stand this time; the number of a ticket of Cleo's, and the addresses of Nora's."""
    from supportbox.demo import wanderer
    from supportbox.demo.restock import restock
    from supportbox.inbox.mailbox import Mailbox
    from supportbox.inbox.message import Message
    from supportbox.people.agent import Agent
    from supportbox.store import transaction
    from supportbox.work.outgoing import outgoing_of

    with app.app_context(), transaction() as session:
        mailbox = session.scalars(select(Mailbox).where(Mailbox.address == SHOP.email)).one()
        world.point_mailbox(mailbox, host=HOST, imap_port=sandbox.imap_port, smtp_port=sandbox.smtp_port)
        restock(sandbox, session, settings, mailbox, outgoing_of)
        wanderer.point_channels(session, settings.base_url)
        ada = session.scalars(select(Agent).where(Agent.email == ADA.email)).one()
        moving = wanderer.addresses(session, settings, ada, now=clock.now())
        newest = select(Message.ticket_id).where(Message.sender_value == CLEO.email).order_by(Message.at.desc())
        return session.scalars(newest.limit(1)).one(), moving


def _write_facts(path: Path, facts: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    part.rename(path)
