"""A desk served as its owner serves it, by a process that a test can kill, with letters that reach a mail server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

from flask import Flask
from sqlalchemy import create_engine, select

from supportbox import clock, migrations, store
from supportbox.app import create_app
from supportbox.channels.email.accounts import add_mailbox
from supportbox.config import load, make_secret
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.inbox.message import Message
from supportbox.mail.parse import parse
from supportbox.people.hiring import hire
from supportbox.store import db, transaction
from tests.servers import PASSWORD as MAIL_PASSWORD
from tests.web.desk import PASSWORD, letter

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLEO = "cleo@demo.example"
PATIENCE = 30.0


@dataclass
class Served:
    """The desk of Ada and Ben in a folder; `start` and `kill` its process."""

    folder: Path
    sandbox: Sandbox
    app: Flask = field(init=False)
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        make_secret(self.folder)
        settings = load({}, instance=self.folder)
        engine = create_engine(settings.database_url)
        store.make_durable(engine)
        migrations.upgrade(engine)
        engine.dispose()
        self.app = create_app(settings)
        with self.app.app_context(), transaction() as session:
            for name, role in (("Ada", "owner"), ("Ben", "agent")):
                address = f"{name.lower()}@shop.example"
                hire(session, address, name=name, role=role, password=PASSWORD, now=clock.now())
            urls = {
                f"{one}_url": f"{one}://support%40demo.example@{HOST}:{getattr(self.sandbox, f'{one}_port')}"
                for one in ("imap", "smtp")
            }
            add_mailbox(session, settings, "support@demo.example", password=MAIL_PASSWORD, now=clock.now(), **urls)
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        environ = {
            **os.environ, "SUPPORTBOX_INSTANCE": str(self.folder), "SUPPORTBOX_UNDO_SECONDS": "0",
            "SUPPORTBOX_POLL_SECONDS": "1",
        }  # fmt: skip
        command = [sys.executable, "-m", "supportbox", "serve", "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.address}/login", timeout=5).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def kill(self) -> None:
        """As when the power fails: no last words."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def stop(self) -> None:
        self.kill()
        with self.app.app_context():
            db.engine.dispose()

    def letter(self, subject: str) -> str:
        """Cleo writes; the address of the ticket's page."""
        at = clock.now() - timedelta(hours=1)
        return f"{self.address}/inbox/tickets/SB-{letter(self.app, now=at, subject=subject, sender=CLEO)}"

    def sign_in(self, page: "Page", name: str = "ada") -> None:
        page.goto(f"{self.address}/login")
        page.fill("#email", f"{name}@shop.example")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/inbox/**")

    def answers(self) -> list[str]:
        """What agents sent, as the database has it."""
        with self.app.app_context():
            found = list(db.session.scalars(select(Message.text).where(Message.kind == "agent").order_by(Message.id)))
            db.session.remove()
            return found

    def delivered(self, words: str, *, at_least: int = 1) -> int:
        """How many letters with these words lie in Cleo's mailbox, once there are so many, and a while after."""
        end = time.monotonic() + PATIENCE
        while (found := self._count(words)) < at_least and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(2)
        return max(found, self._count(words))

    def _count(self, words: str) -> int:
        return sum(words in parse(raw).text for raw in self.sandbox.inbox(CLEO))
