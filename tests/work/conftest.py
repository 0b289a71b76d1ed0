"""A desk with a mailbox on the sandbox server: what the worker's tests stand on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Session

from supportbox import clock, migrations, store
from supportbox.app import create_core
from supportbox.channels.email.accounts import add_mailbox
from supportbox.config import Settings, load, make_secret
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.work import Pace, Round, Worker
from tests.dovecot import DovecotMailbox
from tests.servers import PASSWORD

SUPPORT, CLEO, DOT = "support@demo.example", "cleo@demo.example", "dot@demo.example"
Row = TypeVar("Row", bound=DeclarativeBase)


def letter(subject: str = "Teapot", text: str = "The lid is broken.", *, number: int = 1, **headers: str) -> bytes:
    """A customer's letter, the same for the same arguments but for its date."""
    message = EmailMessage()
    values = {"from": f"Cleo <{CLEO}>", "to": SUPPORT, "message_id": f"<{number}@demo.example>"} | headers
    for name, value in values.items():
        message[name.replace("_", "-").title()] = value
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message.set_content(text)
    return message.as_bytes()


@dataclass
class Desk:
    """One instance, in its application context."""

    settings: Settings
    app: Flask

    def once(self, now: Callable[..., object] | None = None) -> Round:
        """One round, as `supportbox work --once` makes it."""
        store.db.session.remove()
        worker = Worker(self.app, clock=now) if now else Worker(self.app)  # type: ignore[arg-type]  # a test's clock
        return worker.run_once(patience=0)

    def worker(self) -> Worker:
        """One that runs in threads, in a hurry."""
        return Worker(self.app, pace=Pace(tick=0.05, first=0.2, longest=1))

    def all(self, kind: type[Row]) -> Sequence[Row]:
        """Every row of a table, as it is now."""
        store.db.session.remove()
        return store.db.session.scalars(select(kind).order_by(*kind.__table__.primary_key)).all()

    def one(self, kind: type[Row]) -> Row:
        (row,) = self.all(kind)
        return row

    def answer(self, text: str = "A new lid is on its way.", ticket: int = 1001) -> Message:
        """Ada answers; the delivery is due at once."""
        with transaction() as session:
            found = session.get_one(Ticket, ticket)
            return reply(session, found, _ada(session), text, now=clock.now())

    def change_mailbox(self, **values: object) -> None:
        with transaction() as session:
            mailbox = session.scalars(select(Mailbox)).one()
            for name, value in values.items():
                setattr(mailbox, name, value)

    def command(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """A `supportbox` command in a process of its own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTBOX_")}
        own["SUPPORTBOX_DATABASE_URL"] = self.settings.database_url
        return subprocess.Popen(
            [sys.executable, "-m", "supportbox", *arguments],
            env={**own, "SUPPORTBOX_INSTANCE": str(self.settings.instance), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[str]) -> None:
    """As a power switch would: no goodbye."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _ada(session: Session) -> Agent:
    ada = session.scalar(select(Agent))
    if ada is None:
        ada = Agent(email="ada@demo.example", name="Ada", role="owner", created_at=clock.now())
        session.add(ada)
        session.flush()
    return ada


@pytest.fixture
def bare_desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """An instance without a mailbox, as `supportbox init` makes it, so that commands run on it too."""
    instance = tmp_path / "desk"
    instance.mkdir(mode=0o700)
    make_secret(instance)
    settings = load({"SUPPORTBOX_POLL_SECONDS": "0.2", "SUPPORTBOX_DATABASE_URL": database_url}, instance=instance)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    engine.dispose()
    app = create_core(settings)
    with app.app_context():
        yield Desk(settings, app)
        store.db.session.remove()
        store.db.engine.dispose()


@pytest.fixture
def desk(bare_desk: Desk, sandbox: Sandbox) -> Desk:
    """An instance whose mailbox is support@demo.example on the sandbox."""
    add(
        bare_desk,
        f"imap://support%40demo.example@127.0.0.1:{sandbox.imap_port}",
        f"smtp://127.0.0.1:{sandbox.smtp_port}",
    )
    return bare_desk


@pytest.fixture
def dovecot_desk(bare_desk: Desk, dovecot: DovecotMailbox, sandbox: Sandbox) -> Desk:
    """An instance whose mailbox is on Dovecot; answers go to the sandbox."""
    add(bare_desk, f"imap://{dovecot.user}@127.0.0.1:{dovecot.port}", f"smtp://127.0.0.1:{sandbox.smtp_port}")
    return bare_desk


def add(desk: Desk, imap_url: str, smtp_url: str) -> None:
    with transaction() as session:
        add_mailbox(
            session,
            desk.settings,
            SUPPORT,
            imap_url=imap_url,
            smtp_url=smtp_url,
            password=PASSWORD,
            name="The Shop",
            now=clock.now(),
        )


def raw_files(desk: Desk) -> list[Path]:
    return sorted(path for path in desk.settings.raw.rglob("*") if path.is_file())
