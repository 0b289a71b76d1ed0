"""A desk with one channel of a kind, its provider's stand-in, and the way to call and to work."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session
from werkzeug.test import TestResponse

from supportbox import migrations, store
from supportbox.app import create_app
from supportbox.channels import vault
from supportbox.channels.channel import Channel
from supportbox.channels.hook import Field
from supportbox.channels.kinds import KINDS, open_channel
from supportbox.config import load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.mailbox_ending import end_mailbox, why_it_stays
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import transaction
from supportbox.work import Worker
from tests.channels.case import Call, Case, StandIn
from tests.conftest import NOW, add_people

Row = TypeVar("Row", bound=DeclarativeBase)
TOKEN = "a-token-that-nobody-can-guess"


@dataclass
class Desk:
    """One instance with one channel; `now` is what every clock says."""

    app: Flask
    case: Case
    stand_in: StandIn
    now: datetime

    @property
    def hook_url(self) -> str:
        return f"http://127.0.0.1:8000/hooks/{self.case.KIND}/{TOKEN}"

    def call(self, call: Call) -> TestResponse:
        address = f"/hooks/{self.case.KIND}/{TOKEN}" + (f"?{call.query}" if call.query else "")
        return self.app.test_client().open(
            address, method=call.method, data=call.body, headers=dict(call.headers), base_url="http://127.0.0.1:8000"
        )

    def say(self, text: str, *, sender: str = "", outside_id: str = "m1") -> TestResponse:
        """A customer's message, as the provider brings it."""
        sender = sender or self.case.CLEO
        return self.call(self.case.message(self.hook_url, sender, text, outside_id=outside_id, at=self.now))

    def answer(self, text: str = "A new one is on its way.", ticket: int = 1001) -> None:
        """Ada answers, by the way that fits best."""
        store.db.session.remove()
        with transaction() as session:
            ada = session.scalars(select(Agent).order_by(Agent.id)).first()
            assert ada
            reply(session, session.get_one(Ticket, ticket), ada, text, now=self.now)

    def channel(self) -> Channel:
        """The channel as the worker opens it."""
        box = next(box for box in self.all(Mailbox) if box.channel == self.case.KIND)
        return open_channel(self.app.extensions["settings"], box)

    def switch(self, *, is_active: bool) -> None:
        """Pause the channel, or resume it."""
        with self._mailbox() as (_, box):
            box.is_active = is_active

    def delete(self) -> None:
        """Delete the channel as on its page."""
        with self._mailbox() as (session, box):
            assert why_it_stays(session, box, box.address) is None
            end_mailbox(session, box)

    @contextmanager
    def _mailbox(self) -> Iterator[tuple[Session, Mailbox]]:
        store.db.session.remove()
        with transaction() as session:
            yield session, session.scalars(select(Mailbox).where(Mailbox.channel == self.case.KIND)).one()

    def work(self) -> None:
        store.db.session.remove()
        Worker(self.app, clock=lambda: self.now).run_once(patience=0)

    def all(self, kind: type[Row]) -> Sequence[Row]:
        store.db.session.remove()
        return store.db.session.scalars(select(kind).order_by(*kind.__table__.primary_key)).all()


def cases() -> list[Case]:
    """The case of every registered kind that is called; mail has tests of its own."""
    found = []
    for kind in KINDS:
        if (Path(__file__).parent / kind / "case.py").exists():
            module = import_module(f"tests.channels.{kind}.case")
            found.append(next(value() for name, value in vars(module).items() if name.lower() == f"{kind}case"))
    return found


@pytest.fixture(params=cases(), ids=lambda case: case.KIND)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk with this kind's channel, filled in as an owner would."""
    case: Case = request.param
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    make_secret(folder)
    settings = load({"SUPPORTBOX_INSTANCE": str(folder), "SUPPORTBOX_UNDO_SECONDS": "0"})
    app = create_app(settings)
    with app.app_context(), StandIn(case).running() as stand_in, case.registered():
        migrations.upgrade(store.db.engine)
        secret = {field.name for field in _fields(case) if field.is_secret}
        options = case.options(stand_in.url)
        with transaction() as session:
            add_people(session)
            sealed = json.dumps({name: value for name, value in options.items() if name in secret})
            session.add(
                Mailbox(
                    address=case.ADDRESS,
                    channel=case.KIND,
                    hook_token=TOKEN,
                    options={name: value for name, value in options.items() if name not in secret},
                    options_sealed=vault.seal(settings, sealed),
                    created_at=NOW,
                )
            )
        from supportbox import clock

        yield Desk(app, case, stand_in, clock.now())
        store.db.session.remove()
        store.db.engine.dispose()


def _fields(case: Case) -> tuple[Field, ...]:
    module, _, name = KINDS[case.KIND].partition(":")
    fields: tuple[Field, ...] = getattr(import_module(module), name).FIELDS
    return fields
