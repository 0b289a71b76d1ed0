"""From one kind of database into another: a backup holds SQLite's file whatever the desk ran on, and fits either."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from supportbox import store
from supportbox.errors import Refused

BATCH = 500
VERSION = "alembic_version"
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
# Makes the tables of a revision in an empty database.
MakeTables = Callable[[Engine, str], object]


def copy_out(url: str, target: Path, make_tables: MakeTables) -> None:
    """One consistent state of a database, others writing meanwhile, as a SQLite file."""
    target.unlink(missing_ok=True)
    source, copy = create_engine(url), create_engine(f"sqlite:///{target}")
    target.touch(mode=0o600)
    try:
        with source.connect().execution_options(isolation_level="REPEATABLE READ") as reading:
            reading.exec_driver_sql("SET TIME ZONE 'UTC'")
            _copy(reading, copy, make_tables)
    except SQLAlchemyError as error:
        raise Refused(f"The database could not be copied: {getattr(error, 'orig', None) or error}.") from error
    finally:
        copy.dispose()
        source.dispose()


def copy_in(source: Path, url: str, make_tables: MakeTables) -> None:
    """Fill an empty database from a SQLite file, all or nothing."""
    engine, copy = create_engine(url), create_engine(f"sqlite:///{source}")
    store.make_durable(engine)
    try:
        _clear_half_filled(engine)
        with copy.connect() as reading:
            _copy(reading, engine, make_tables)
    except SQLAlchemyError as error:
        raise Refused(f"The database could not be filled: {getattr(error, 'orig', None) or error}.") from error
    finally:
        copy.dispose()
        engine.dispose()


def _clear_half_filled(engine: Engine) -> None:
    """Remove the tables of a restore that was killed: it fills them all at once, at its end, so they are empty."""
    there = MetaData()
    with engine.begin() as writing:
        there.reflect(writing)
        tables = [table for table in there.tables.values() if table.name != VERSION]
        if any(writing.execute(select(1).select_from(table).limit(1)).first() for table in tables):
            raise Refused("The database is not empty, and a backup is never restored over anything.")
        there.drop_all(writing)


def _copy(reading: Connection, target: Engine, make_tables: MakeTables) -> None:
    make_tables(target, str(reading.scalar(text(f"SELECT version_num FROM {VERSION}"))))  # noqa: S608 - a name of ours
    target.dispose()  # making tables leaves SQLite's foreign keys on
    here, there = MetaData(), MetaData()
    with target.begin() as writing:
        there.reflect(writing)
        here.reflect(reading, only=list(there.tables))
        tables = [table for table in there.tables.values() if table.name != VERSION]
        with _in_any_order(writing):
            for table in tables:
                _fill(reading, writing, here.tables[table.name], table)
        _number_on(writing, tables, _numbers(reading, tables))


def _fill(reading: Connection, writing: Connection, source: Table, table: Table) -> None:
    columns = [_as_it_is(source.c[column.name]) for column in table.c]
    statement = insert(table).values({column.name: _place(column) for column in table.c})
    for batch in reading.execution_options(yield_per=BATCH).execute(select(*columns)).partitions():
        writing.execute(
            statement, [{f"v_{c.name}": value for c, value in zip(table.c, row, strict=True)} for row in batch]
        )


def _as_it_is(column: Column[Any]) -> ColumnElement[Any]:
    """JSON goes over as the text that it is: understood and written again, one kind of nothing could become another."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _place(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        given = bindparam(f"v_{column.name}", type_=Text())
        # To SQLite JSON is text, and a cast would make a number of it.
        return (
            cast(given, column.type) if column.type.__module__.startswith("sqlalchemy.dialects.postgresql") else given
        )
    return bindparam(f"v_{column.name}", type_=column.type)


@contextmanager
def _in_any_order(writing: Connection) -> Iterator[None]:
    """Tables point at each other and rows at later ones: PostgreSQL looks at that at the end. SQLite does not here."""
    if writing.dialect.name != "postgresql":
        yield
        return
    constraints = writing.execute(text(_CONSTRAINTS)).all()
    for table, name in constraints:
        writing.exec_driver_sql(f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY DEFERRED')
    yield
    writing.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name in constraints:
        writing.exec_driver_sql(f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" NOT DEFERRABLE')


def _numbers(reading: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """The last numbers given where one is never given again, even after its row is gone."""
    if reading.dialect.name == "sqlite":
        if not reading.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).first():
            return {}
        return {row.name: row.seq for row in reading.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    found = {}
    for table, sequence in _sequences(reading, tables):
        last, is_called = reading.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608 - PostgreSQL's own name
        found[table] = last if is_called else last - 1
    return found


def _number_on(writing: Connection, tables: Sequence[Table], numbers: Mapping[str, int]) -> None:
    if writing.dialect.name == "sqlite":
        for name, number in numbers.items():
            writing.execute(
                text("UPDATE sqlite_sequence SET seq = :n WHERE name = :t AND seq < :n"), {"n": number, "t": name}
            )
        return
    for name, sequence in _sequences(writing, tables):
        highest = writing.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one()  # noqa: S608 - a name of ours
        if number := max(highest, numbers.get(name, 0)):
            writing.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": number})


def _sequences(connection: Connection, tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    for table in tables:
        if "id" in table.c:
            found = connection.scalar(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name})
            if found:
                yield table.name, str(found)
