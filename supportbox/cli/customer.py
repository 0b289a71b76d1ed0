"""`supportbox customer`: what is kept of a person, handed out to them or erased for good."""

import time
from pathlib import Path

import click

from supportbox import clock
from supportbox.cli.instance import open_core
from supportbox.errors import Refused
from supportbox.people.business import load_business
from supportbox.privacy.erase import erase_customer
from supportbox.privacy.export import export_customer
from supportbox.privacy.person import get_person, own_tickets, shared_tickets
from supportbox.privacy.scrub import scrub
from supportbox.store import db

PATIENCE = 30.0  # seconds for those who read to be done


@click.group()
def customer() -> None:
    """Hand out or erase what is kept of a person."""


@customer.command()
@click.argument("email")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(email: str, file: Path) -> None:
    """Write all that is kept of the person with this address into a zip: JSON, letters, files."""
    with open_core() as app:
        session = db.session()
        person = get_person(session, email)
        name = load_business(session).name
        tickets = export_customer(session, app.extensions["settings"], person.id, file, business=name)
    click.echo(f"{file}: {tickets} {'ticket' if tickets == 1 else 'tickets'}.")


@customer.command()
@click.argument("email")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def erase(email: str, is_sure: bool) -> None:
    """Erase all that is kept of the person with this address, for good. Figures stay."""
    with open_core() as app:
        session = db.session()
        try:
            person = get_person(session, email)
        except Refused:
            _scrub()  # perhaps a run that was cut off after its last ticket
            raise
        own, shared = len(own_tickets(session, person)), len(shared_tickets(session, person))
        session.commit()
        if not is_sure:
            who = ", ".join(person.names) or email
            click.confirm(f"Erase {who}: {own} tickets, and their words in {shared} of others?", abort=True, err=True)
        done = erase_customer(app.extensions["settings"], person.id, by=None, now=clock.now())
        is_scrubbed = _scrub()
    click.echo(f"Erased: {done.tickets} tickets, and their words in {done.shared} of others.")
    if not is_scrubbed:
        click.echo("The database file is in use: the worker writes it anew within the day.")
    click.echo("Backups made before still hold them: delete those, or let them be rotated away.")


def _scrub() -> bool:
    until = time.monotonic() + PATIENCE
    while not (is_done := scrub()) and time.monotonic() < until:
        time.sleep(0.5)
    return is_done
