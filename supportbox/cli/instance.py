"""Opening the instance that a command works on, with a sentence for each way in which that can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from supportbox import config, migrations, store
from supportbox.app import create_core
from supportbox.config import Settings
from supportbox.doctor.database import RESTORE, damage
from supportbox.errors import Refused


@contextmanager
def open_core(settings: Settings | None = None) -> Iterator[Flask]:
    """The application without pages, in its context, on a database that this version understands."""
    settings = settings or config.load()
    ensure_exists(settings)
    app = create_core(settings)
    with app.app_context():
        try:
            ensure_current()
            yield app
        finally:
            store.let_go()


def ensure_exists(settings: Settings) -> None:
    """Refuse where there is no instance; opening its SQLite file would silently make an empty one."""
    path = sqlite_path(settings)
    if path is not None and not path.exists():
        raise Refused(f"There is no SupportBox in {settings.instance}. Make one with: supportbox init")
    if not settings.secret_key:
        raise Refused(f"The secret key is missing: {settings.instance / 'secret.key'}. Put it back from a backup.")


def ensure_current() -> None:
    """Refuse a database of another version, or one that cannot be read. Within an application context."""
    try:
        revision = migrations.current(store.db.engine)
    except OperationalError as error:
        # Nothing is known to be wrong with the file itself, so nobody should put a backup in its place.
        sentence = "Is the disk full, or the folder not ours to write to? Make room, and try again."
        raise Refused(f"The database cannot be opened ({error.orig}). {sentence}") from error
    except DatabaseError as error:
        raise Refused(f"The database cannot be read ({error.orig}). Restore a backup: supportbox restore") from error
    except SQLAlchemyError as error:
        raise Refused(f"The database cannot be opened: {error}.") from error
    if revision is None:
        raise Refused("The database is empty. Make an instance with: supportbox init")
    if revision > migrations.HEAD:
        raise Refused(
            f"The database is newer ({revision}) than this SupportBox ({migrations.HEAD}). Install the newer version."
        )
    if revision < migrations.HEAD:
        raise Refused(
            f"The database is of an older version ({revision}, now {migrations.HEAD}). Run first: supportbox upgrade"
        )


def ensure_whole(patience: float = 5.0) -> None:
    """Refuse to work on a damaged database: what is written to it could make more of it unreadable. Within an
    application context."""
    if found := damage(store.db.session(), patience):
        raise Refused(f"The database is damaged ({found}), so nothing is written to it. {RESTORE}")


def sqlite_path(settings: Settings) -> Path | None:
    """Where the database is, if it is a file."""
    prefix = "sqlite:///"
    return Path(settings.database_url.removeprefix(prefix)) if settings.database_url.startswith(prefix) else None
