"""`supportbox doctor`, `upgrade`, `backup` and `restore`: looking after an instance."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from supportbox import __version__, clock, config, migrations, store
from supportbox.app import create_core
from supportbox.backup import back_up, copy_database
from supportbox.backup import restore as unpack
from supportbox.backup.transfer import copy_in, copy_out
from supportbox.channels.email.resolving import Dns
from supportbox.channels.kinds import KINDS
from supportbox.cli.instance import ensure_exists, sqlite_path
from supportbox.config import Settings
from supportbox.doctor import Light, examine
from supportbox.errors import Refused
from supportbox.inbox.call import BY_HAND
from supportbox.search.opening import get_searcher
from supportbox.work.lock import only_worker

MARKS = {"green": "ok  ", "amber": "look", "red": "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--dns", "server", metavar="HOST[:PORT]", help="Ask this DNS server instead of the machine's own.")
def doctor(as_json: bool, server: str | None) -> None:
    """Say how every part is doing, and what to do about it."""
    settings = config.load()
    ensure_exists(settings)
    dns = Dns(server) if server else None
    app = create_core(settings)
    with app.app_context():
        try:
            searcher = get_searcher()
            lights = examine(store.db.session(), settings, searcher, now=clock.now(), dns=dns)
            searcher.close()
        except SQLAlchemyError as error:
            fix = "Keep the folder as it is, and restore the last good backup: supportbox restore"
            lights = [Light("database", "red", f"The database cannot be read: {_reason(error)}.", fix)]
        finally:
            store.let_go()
    if as_json:
        click.echo(json.dumps(_report(settings, lights), ensure_ascii=False))
        return
    for light in lights:
        click.echo(f"{MARKS[light.colour]}  {light.name}: {light.sentence}")
        if light.fix:
            click.echo(f"      → {light.fix}")


def _report(settings: Settings, lights: list[Light]) -> dict[str, object]:
    return {
        "version": __version__,
        "database": settings.database_url.partition(":")[0].partition("+")[0],
        "search": settings.search_engine,
        "channels": [*KINDS, "form", *BY_HAND],
        "lights": [light.as_values() for light in lights],
    }


@click.command()
def upgrade() -> None:
    """Back up the database, bring it up to date, and check it."""
    settings = config.load()
    ensure_exists(settings)
    engine = create_engine(settings.database_url)
    path = sqlite_path(settings)
    store.make_durable(engine)
    try:
        # A worker of the old version must not go on in the new tables.
        with only_worker(settings.instance):
            _upgrade(settings, engine, path)
    except SQLAlchemyError as error:
        raise Refused(f"The database was left as it was: {_reason(error)}.") from error
    finally:
        engine.dispose()


def _upgrade(settings: Settings, engine: Engine, path: Path | None) -> None:
    before = migrations.current(engine)
    if before == migrations.HEAD:
        click.echo(f"The database is up to date ({before}).")
        return
    if before is None or before > migrations.HEAD:
        raise Refused(f"The database is at revision {before}, which SupportBox {__version__} cannot bring up to date.")
    folder = settings.instance / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"supportbox-{before}-{clock.now():%Y%m%dT%H%M%SZ}.db"
    if path:
        copy_database(path, copy)
    else:
        copy_out(settings.database_url, copy, migrations.upgrade)
    click.echo(f"The database was copied to {copy}.")
    for revision in migrations.upgrade(engine):
        click.echo(f"Revision {revision} is done.")
    click.echo("The database is up to date.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Encrypt with the first line of this file.")
def backup(file: Path, passphrase_file: Path | None) -> None:
    """Put database, files, letters, settings and keys into one file. Safe while SupportBox runs."""
    settings = config.load()
    ensure_exists(settings)
    passphrase = _passphrase(passphrase_file)
    with _as_a_file(settings) as path:
        size = back_up(settings, path, file, now=clock.now(), passphrase=passphrase)
    click.echo(f"Everything is in {file} ({size / 1e6:.1f} MB).")
    if not passphrase:
        click.echo("It is not encrypted, and holds every letter and key: keep it as safe as the desk itself.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Decrypt with the first line of this file.")
def restore(file: Path, passphrase_file: Path | None) -> None:
    """Make an instance from a backup; it starts with sending off."""
    settings = config.load()
    path = sqlite_path(settings)
    if path and path != settings.instance / "supportbox.db":
        raise Refused("A backup is restored into supportbox.db: unset SUPPORTBOX_DATABASE_URL for it.")
    manifest = unpack(
        file,
        settings.instance,
        newest=migrations.HEAD,
        passphrase=_passphrase(passphrase_file),
        hand_over=None if path else lambda copy: copy_in(copy, settings.database_url, migrations.upgrade),
    )
    click.echo(f"The backup of {manifest['made_at']} is restored in {settings.instance}.")
    click.echo("Sending is off, and what was on its way then is marked uncertain.")
    click.echo("Once this is the real desk: supportbox sending on (or Mailbox health in the settings).")
    click.echo("Everybody has to sign in again.")
    if manifest["revision"] < migrations.HEAD:
        click.echo("It is of an older version. Run first: supportbox upgrade")
    kept = config.load({}, instance=settings.instance).secret_key
    if settings.secret_key and settings.secret_key != kept:
        sentence = "SUPPORTBOX_SECRET_KEY is not the backup's key: without that, no mailbox's password can be opened."
        click.echo(sentence, err=True)


@contextmanager
def _as_a_file(settings: Settings) -> Iterator[Path]:
    """The database, as a file that can be copied while it is used: its own, or one made of what PostgreSQL holds."""
    if path := sqlite_path(settings):
        yield path
        return
    copy = settings.instance / "backup.db.part"
    try:
        copy_out(settings.database_url, copy, migrations.upgrade)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _passphrase(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The passphrase cannot be read from {path}.") from error
    if not lines or not lines[0].strip():
        raise Refused(f"{path} is empty: its first line is to be the passphrase.")
    return lines[0].strip()


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error)
