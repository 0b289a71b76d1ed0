"""`supportbox init`: an instance folder with its keys, its database and the first owner."""

import os
import secrets
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from supportbox import clock, config, migrations, store
from supportbox.cli.instance import sqlite_path
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.people.business import Setting, change_business
from supportbox.people.hiring import check_address, hire
from supportbox.people.password import make_password

FOLDERS = ("files", "raw", "index")


@click.command()
@click.option("--business", default="SupportBox", show_default=True, help="The name that customers see.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="The desk's language.")
@click.option("--agent", "owner", metavar="EMAIL", help="The first owner; their password is printed as the last line.")
def init(business: str, lang: str, owner: str | None) -> None:
    """Make an instance: keys, database, and the first owner or a code with which they set themselves up."""
    settings = config.load()
    owner = check_address(owner) if owner else None
    if not business.strip():
        raise Refused("The business needs a name: customers see it.")
    _refuse_existing(settings)
    _make_folders(settings.instance)
    if not settings.secret_key:
        config.make_secret(settings.instance)
    password = make_password()
    _make_database(settings, business.strip(), lang, owner, password)
    click.echo(f"SupportBox is ready in {settings.instance}.")
    click.echo("Start it with: supportbox serve")
    if owner:
        click.echo(f"Log in as {owner} at {settings.base_url}/login")
        click.echo(f"password: {password}")
    else:
        click.echo(f"Then open {settings.base_url}/setup and give this code:")
        click.echo(f"set-up code: {_write_code(settings.instance)}")


def _refuse_existing(settings: Settings) -> None:
    path = sqlite_path(settings)
    if path is not None:
        exists = path.exists()
    else:
        engine = create_engine(settings.database_url)
        try:
            exists = migrations.current(engine) is not None and _has_business(engine)
        except SQLAlchemyError as error:
            raise Refused(f"The database cannot be opened: {error}.") from error
        finally:
            engine.dispose()
    if exists:
        raise Refused(f"There is already a SupportBox in {settings.instance}. It was left as it is.")


def _has_business(engine: Engine) -> bool:
    """Whether an `init` came to its end here: one that was killed leaves tables, and nothing in them."""
    with Session(engine) as session:
        return session.scalar(select(Setting.key).limit(1)) is not None


def _make_folders(instance: Path) -> None:
    try:
        for folder in (instance, *(instance / name for name in FOLDERS)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        instance.chmod(0o700)
    except OSError as error:
        raise Refused(f"{instance} cannot be made: {error.strerror}.") from error


def _make_database(settings: Settings, business: str, lang: str, owner: str | None, password: str) -> None:
    """Everything is made beside its place and moved there at the end: a killed `init` leaves nothing in the way."""
    path = sqlite_path(settings)
    part = path.with_name(f"{path.name}.part") if path else None
    if part:
        for leftover in part.parent.glob(f"{part.name}*"):
            leftover.unlink()
    engine = create_engine(f"sqlite:///{part}" if part else settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    with Session(engine) as session, session.begin():
        change_business(session, name=business, language=lang)
        if owner:
            name = owner.partition("@")[0].replace(".", " ").title()
            hire(session, owner, name=name, role="owner", password=password, now=clock.now())
    engine.dispose()
    if part and path:
        part.rename(path)


def _write_code(instance: Path) -> str:
    code = secrets.token_urlsafe(18)
    with os.fdopen(os.open(instance / "setup.code", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(code + "\n")
    return code
