"""The same fixtures on a real PostgreSQL: what these tests import from other rooms runs there as it is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from supportbox import migrations, store
from supportbox.base import Base
from tests.postgresql import PostgreSQL, find_programs
from tests.servers import leave_out


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    programs = find_programs()
    if programs is None:
        leave_out("PostgreSQL is not installed: apt install postgresql")
    server = PostgreSQL(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def template(postgresql: PostgreSQL) -> str:
    """A database with every table, for others to be copies of: faster than making the tables each time."""
    url = postgresql.make_database()
    engine = create_engine(url)
    store.make_durable(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated(postgresql: PostgreSQL) -> str:
    """The same made by migrations, as `init` does."""
    url = postgresql.make_database()
    engine = create_engine(url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    engine.dispose()
    return url.rpartition("/")[2]


@pytest.fixture
def database_url(postgresql: PostgreSQL, template: str) -> str:
    return postgresql.make_database(template)


@pytest.fixture
def empty_url(postgresql: PostgreSQL) -> str:
    """A database without tables, as an owner makes one."""
    return postgresql.make_database()
