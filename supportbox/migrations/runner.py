"""Running migrations: each in one explicit transaction, so that a kill leaves the old version or the new one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from supportbox.errors import Refused

VERSIONS = Path(__file__).parent / "versions"
log = logging.getLogger(__name__)


def script_directory(versions: Path = VERSIONS) -> ScriptDirectory:
    """The migrations of a folder, as Alembic sees them."""
    return ScriptDirectory(str(versions.parent), version_locations=[str(versions)])


def run(engine: Engine, to: str, versions: Path = VERSIONS) -> list[str]:
    """Apply what is missing up to revision `to`, oldest first; the revisions applied."""
    script = script_directory(versions)
    with engine.connect() as connection:
        start = MigrationContext.configure(connection).get_current_revision()
    try:
        steps = [] if start == to else [step.revision for step in script.iterate_revisions(to, start)]
    except (CommandError, RevisionError) as error:
        raise Refused(f"This SupportBox does not know revision {start} of the database.") from error
    steps.reverse()
    for step in steps:
        _apply(engine, script, step)
        log.info("database is now at revision %s", step)
    return steps


def _apply(engine: Engine, script: ScriptDirectory, revision: str) -> None:
    def path(heads: Any, context: MigrationContext) -> Any:
        # Alembic types this loosely; it is what its own `upgrade` command passes.
        return script._upgrade_revs(revision, heads)

    with (
        engine.connect().execution_options(immediate=True) as connection,
        _foreign_keys_off(connection),
        connection.begin(),
    ):
        context = MigrationContext.configure(connection, opts={"fn": path})
        with Operations.context(context):
            context.run_migrations()
        _check(connection)


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    # SQLite changes a column by building the table anew, which enforced foreign keys would turn into deletions.
    if connection.dialect.name != "sqlite":
        yield
        return
    pragma = connection.connection.driver_connection
    if pragma is None:
        raise RuntimeError("there is no connection to migrate over")
    pragma.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        pragma.execute("PRAGMA foreign_keys=ON")


def _check(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise RuntimeError(f"the migration left a row of {broken[0]} without what it points to")
