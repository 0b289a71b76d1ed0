"""`supportbox mail`: letters as SupportBox reads them, and the fate of every one that came in."""

import json
import sys
from pathlib import Path

import click
from sqlalchemy import select

from supportbox.cli.instance import open_core
from supportbox.errors import Refused

STATES = ("stored", "done", "own", "quarantined")


@click.group()
def mail() -> None:
    """Read letters, list what came in, replay what was set aside."""


@mail.command()
@click.argument("files", metavar="FILE...|-", nargs=-1, required=True)
def parse(files: tuple[str, ...]) -> None:
    """Print letters as SupportBox understands them, one JSON line each; needs no instance."""
    from supportbox.mail.report import describe

    missing = []
    for name in files:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            missing.append(f"{name} ({error.strerror})")
            raw = b""
        click.echo(json.dumps(describe(raw), ensure_ascii=False, separators=(",", ":")))
    if missing:
        raise Refused(f"Not readable, so their lines are empty: {', '.join(missing)}.")


@mail.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(state: str | None, as_json: bool) -> None:
    """List intakes and their fates, oldest first."""
    with open_core():
        rows = _rows(state)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        ticket = row["ticket"] or "-"
        click.echo(f"{row['id']}  {row['mailbox']}  {row['state']}  {ticket}  {row['reason']}")


def _rows(state: str | None) -> list[dict[str, object]]:
    from supportbox.inbox.intake import Intake
    from supportbox.inbox.mailbox import Mailbox
    from supportbox.inbox.reference import Reference
    from supportbox.store import db

    query = select(Intake, Mailbox.address).join(Mailbox, Mailbox.id == Intake.mailbox_id).order_by(Intake.id)
    if state:
        query = query.where(Intake.state == state)
    return [
        {
            "id": intake.id,
            "mailbox": address,
            "uid": intake.uid,
            "message_id": intake.message_id or None,
            "state": intake.state,
            "reason": intake.reason,
            "attempts": intake.attempts,
            "ticket": str(Reference(intake.ticket_id)) if intake.ticket_id else None,
        }
        for intake, address in db.session.execute(query)
    ]


@mail.command()
@click.argument("number", metavar="[ID]", type=int, required=False)
@click.option("--quarantined", is_flag=True, help="All that is in quarantine.")
def replay(number: int | None, quarantined: bool) -> None:
    """Try again to understand what was set aside: one by its ID, or all of it."""
    from supportbox.work.replay import replay as replay_intakes

    if (number is None) != quarantined:
        raise click.UsageError("Give the ID of one intake, or --quarantined.")
    with open_core() as app:
        outcomes = replay_intakes(app.extensions["settings"], number)
    for outcome in outcomes:
        click.echo(outcome)
    if not outcomes:
        click.echo("Nothing is in quarantine.")
