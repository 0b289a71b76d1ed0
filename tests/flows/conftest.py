"""A whole desk for whole journeys: pages, worker and a mail server, and customers who write real letters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select

from supportbox import clock, migrations, store
from supportbox.app import create_app
from supportbox.channels.email.accounts import add_mailbox
from supportbox.config import load, make_secret
from supportbox.demo.cast import ADA, SHOP
from supportbox.demo.correspondence import Correspondence
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.hiring import hire
from supportbox.store import transaction
from supportbox.work import Worker
from tests.servers import PASSWORD
from tests.web import desk
from tests.web.desk import Browser


@dataclass
class Shop:
    """Everything that takes part; `letters` is the customers' side."""

    app: Flask
    sandbox: Sandbox
    letters: Correspondence

    def round(self) -> None:
        """The worker fetches and delivers once; nothing may go wrong."""
        assert Worker(self.app).run_once(patience=0).faults == {}

    def sign_in(self) -> Browser:
        """Ada's browser."""
        return desk.sign_in(self.app, ADA.email)

    def tickets(self) -> list[Ticket]:
        with self.app.app_context():
            return list(store.db.session.scalars(select(Ticket).order_by(Ticket.id)))

    def words(self, ticket: int) -> list[tuple[str, str]]:
        """Who said what in a ticket: kind and new words of each message."""
        with self.app.app_context():
            query = select(Message).where(Message.ticket_id == ticket).order_by(Message.id)
            return [(message.kind, message.visible.strip()) for message in store.db.session.scalars(query)]


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox) -> Iterator[Shop]:
    make_secret(tmp_path)
    settings = replace(load({}, instance=tmp_path), undo_seconds=0)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    engine.dispose()
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        hire(session, ADA.email, name=ADA.name, role=ADA.role, password=desk.PASSWORD, now=clock.now())
        add_mailbox(
            session,
            settings,
            SHOP.email,
            imap_url=f"imap://support%40demo.example@{HOST}:{sandbox.imap_port}",
            smtp_url=f"smtp://support%40demo.example@{HOST}:{sandbox.smtp_port}",
            password=PASSWORD,
            name=SHOP.name,
            now=clock.now(),
        )
    yield Shop(app, sandbox, Correspondence(sandbox))
    with app.app_context():
        store.db.engine.dispose()
