"""The database's versions. Asking which one it is costs nothing; Alembic is loaded only to change it."""

from sqlalchemy import Engine, inspect, text

HEAD = "0001"


def current(engine: Engine) -> str | None:
    """The revision of a database, None when it has no tables of ours."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def is_current(engine: Engine) -> bool:
    """Whether this SupportBox can work on the database as it is."""
    return current(engine) == HEAD


def upgrade(engine: Engine, to: str = HEAD) -> list[str]:
    """Bring a database up to a revision, one transaction a step; the revisions that were applied."""
    # Alembic takes 12 MB, so the web pages and the worker never load it.
    from supportbox.migrations.runner import run

    return run(engine, to)
