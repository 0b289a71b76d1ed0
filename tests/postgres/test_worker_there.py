"""The worker on PostgreSQL: two hosts and the lease, a database that was started anew, turns at writing."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from supportbox import clock, store
from supportbox.demo.sandbox import Sandbox
from supportbox.doctor import examine, unwell
from supportbox.doctor.database import postgresql as judge
from supportbox.inbox.lease import Lease
from supportbox.inbox.ticket import Ticket
from supportbox.search.opening import get_searcher
from supportbox.store import trouble
from tests.postgresql import PostgreSQL
from tests.work.conftest import SUPPORT, Desk, bare_desk, desk, letter
from tests.work.test_lease import *  # noqa: F403 - every test of the lease

assert bare_desk and desk  # fixtures


@pytest.fixture
def database_url(postgresql: PostgreSQL, migrated: str) -> str:
    return postgresql.make_database(migrated)


def test_a_database_that_was_started_anew_costs_no_round(desk: Desk, sandbox: Sandbox) -> None:
    desk.once()
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    engine = create_engine(desk.settings.database_url)
    with engine.connect() as connection:
        connection.execute(text(others))
    engine.dispose()
    sandbox.append(SUPPORT, letter("Teapot"))
    assert desk.once().faults == {}
    assert [ticket.subject for ticket in desk.all(Ticket)] == ["Teapot"]


def test_writers_take_turns_and_readers_do_not_wait(database_url: str) -> None:
    engine = create_engine(database_url)
    store.make_durable(engine)
    writing = engine.connect().execution_options(immediate=True)
    reading = engine.connect()
    with writing.begin():
        reading.exec_driver_sql("SET lock_timeout = '100ms'")
        assert reading.scalar(text("SELECT count(*) FROM ticket")) == 0
        reading.commit()
        with pytest.raises(OperationalError) as raised:
            reading.execution_options(immediate=True).begin()
        assert trouble(raised.value) == "busy"
    reading.rollback()
    reading.begin()
    reading.close()
    writing.close()
    engine.dispose()


def test_a_worker_on_another_host_is_a_worker(desk: Desk) -> None:
    now = clock.now()
    searcher = get_searcher()

    def told() -> list[str]:
        return unwell(store.db.session(), desk.settings, searcher, asks_worker=True, now=now)

    assert told() == ["worker"]
    with store.transaction() as session:
        session.merge(Lease(name="worker", holder="elsewhere/1", until=now + timedelta(seconds=50)))
    assert told() == []
    lights = examine(store.db.session(), desk.settings, searcher, now=now)
    assert "another host" in next(light.sentence for light in lights if light.name == "worker")
    with store.transaction() as session:
        session.merge(Lease(name="worker", holder="elsewhere/1", until=now - timedelta(seconds=1)))
    assert told() == ["worker"]
    searcher.close()


def test_a_postgresql_that_does_not_sync_is_red() -> None:
    assert judge("15.9 (Debian)", "on").colour == "green"
    assert judge("15.9", "off").colour == "red" and judge("9.6.2", "on").colour == "amber"
