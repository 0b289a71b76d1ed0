"""What every test may ask for: a database, an instance, the four people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from supportbox import models, store
from supportbox.base import Base
from supportbox.config import Settings, load, make_secret
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer

assert models  # importing it fills Base.metadata with every table

pytest_plugins = ["tests.servers"]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def database_url() -> str:
    """ "" is SQLite in a file of the test's own; tests/postgresql gives another."""
    return ""


@pytest.fixture
def session(tmp_path: Path, database_url: str) -> Iterator[Session]:
    """A session on a fresh database with every table: what the core's tests need."""
    engine = create_engine(database_url or f"sqlite:///{tmp_path / 'core.db'}")
    store.make_durable(engine)
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session
    engine.dispose()


@dataclass
class People:
    """The four people of every test, and the mailbox of their shop."""

    ada: Agent
    ben: Agent
    cleo: Customer
    dot: Customer
    support: Mailbox


def add_people(session: Session) -> People:
    ada = Agent(email="ada@shop.example", name="Ada", role="owner", created_at=NOW)
    ben = Agent(email="ben@shop.example", name="Ben", role="agent", created_at=NOW)
    support = Mailbox(address="support@shop.example", name="Shop", created_at=NOW)
    cleo, dot = Customer(name="Cleo", language="en", created_at=NOW), Customer(name="Dot", created_at=NOW)
    session.add_all([ada, ben, support, cleo, dot])
    session.flush()
    for customer, address in ((cleo, "cleo@example.org"), (dot, "dot@example.net")):
        session.add(Contact(customer_id=customer.id, kind="email", value=address, created_at=NOW))
    session.flush()
    return People(ada, ben, cleo, dot, support)


@pytest.fixture
def people(session: Session) -> People:
    return add_people(session)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of an instance folder that holds a key and an empty database with every table."""
    instance = tmp_path / "instance"
    instance.mkdir()
    make_secret(instance)
    settings = load({"SUPPORTBOX_DATABASE_URL": database_url}, instance=instance)
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
    return settings


@pytest.fixture
def core(settings: Settings) -> Iterator[Flask]:
    """The application without pages, in its context."""
    from supportbox.app import create_core

    app = create_core(settings)
    with app.app_context():
        yield app
        store.db.engine.dispose()
