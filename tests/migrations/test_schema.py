"""Migrations: they make what the models say, each wholly or not at all."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, inspect, text

from supportbox import migrations, models, store
from supportbox.base import Base
from supportbox.migrations.first import TABLES
from supportbox.migrations.runner import script_directory

assert models  # importing it fills Base.metadata with every table


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    store.make_durable(engine)
    yield engine
    engine.dispose()


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    """When it fails before the first release: python -m supportbox.migrations regenerate"""
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_tables_are_written_as_the_models_would_write_them(engine: Engine, tmp_path: Path) -> None:
    """Alembic's own comparison does not see foreign keys without names, partial indices, or AUTOINCREMENT."""
    migrations.upgrade(engine)
    made = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    Base.metadata.create_all(made)
    assert _statements(engine) == _statements(made)
    made.dispose()


def test_each_table_comes_after_those_that_it_points_to() -> None:
    order = [create.__name__ for create in TABLES]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert order.index(key.column.table.name) <= order.index(table.name)
    assert len(order) == len(Base.metadata.tables)


def test_the_head_is_the_newest_file() -> None:
    assert script_directory().get_heads() == [migrations.HEAD]


def test_the_first_ticket_is_1001(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO customer (name, language, notes, caution, company, timezone, preferred_channel, fields,"
                " search_key, created_at)"
                " VALUES ('', '', '', '', '', '', '', '{}', '', '')"
            )
        )
        columns = [column for column in inspect(connection).get_columns("ticket") if not column["nullable"]]
        values = {c["name"]: 1 if c["name"] == "customer_id" else "" for c in columns if c["name"] != "id"}
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        number = connection.execute(text(f"INSERT INTO ticket ({names}) VALUES ({marks})"), values).lastrowid
    assert number == 1001


def test_an_empty_database_has_no_revision_and_a_migrated_one_is_current(engine: Engine) -> None:
    assert migrations.current(engine) is None
    assert not migrations.is_current(engine)
    assert migrations.upgrade(engine) == [migrations.HEAD]
    assert migrations.is_current(engine)
    assert migrations.upgrade(engine) == []


def test_stopped_between_its_statements_a_migration_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    counter = _Stop(engine)
    migrations.upgrade(engine)
    total = counter.seen
    assert total > len(Base.metadata.tables)
    for number in (1, 2, *range(3, total, 9), total):  # `make torture` stops at each
        fresh = create_engine(f"sqlite:///{tmp_path / f'{number}.db'}")
        store.make_durable(fresh)
        stop = _Stop(fresh, at=number)
        with pytest.raises(_Stopped):
            migrations.upgrade(fresh)
        stop.at = 0
        assert migrations.current(fresh) is None
        with fresh.connect() as connection:
            assert inspect(connection).get_table_names() == []
        fresh.dispose()


def test_asking_for_the_revision_does_not_load_alembic() -> None:
    program = "import sys, supportbox.migrations, supportbox.app, supportbox.store\nprint('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


class _Stopped(Exception):
    pass


class _Stop:
    """Raises before the statement of a number; counts what changes something."""

    def __init__(self, engine: Engine, at: int = 0) -> None:
        self.at, self.seen = at, 0
        event.listen(engine, "before_cursor_execute", self._before)

    def _before(self, connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.lstrip().upper().startswith(("CREATE", "INSERT", "UPDATE", "ALTER", "DELETE", "DROP")):
            self.seen += 1
            if self.seen == self.at:
                raise _Stopped


def _is_ours(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
    return not (kind == "table" and str(name).startswith("ticket_text"))


def _statements(engine: Engine) -> dict[str, list[str]]:
    """What SQLite was told, by name, cut at its commas: constraints may come in another order."""
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted(_parts(sql)) for name, sql in rows if name in _names()}


def _parts(sql: str) -> list[str]:
    return " ".join(sql.replace("\n", " ").split()).replace(" )", ")").replace("))", ")").split(", ")


def _names() -> set[str]:
    tables = Base.metadata.tables.values()
    return {table.name for table in tables} | {str(index.name) for table in tables for index in table.indexes}
