"""`supportbox sending`: whether letters leave. After a restore they do not, until somebody says so."""

import click
from sqlalchemy import func, select

from supportbox import clock
from supportbox.cli.instance import open_core
from supportbox.inbox.delivery import Delivery
from supportbox.people.audit import note
from supportbox.people.business import change_business, load_business
from supportbox.store import db, transaction

SENTENCES = {True: "Sending is on: answers leave.", False: "Sending is off: answers wait, nothing leaves."}


@click.command()
@click.argument("state", type=click.Choice(["on", "off"]), required=False)
def sending(state: str | None) -> None:
    """Say whether letters leave this desk; with on or off, decide it."""
    with open_core():
        session = db.session()
        is_on = load_business(session).is_sending
        session.commit()
        if state is not None and is_on != (state == "on"):
            is_on = state == "on"
            with transaction() as writing:
                change_business(writing, is_sending=is_on)
                note(writing, f"sending_switched_{state}", agent_id=None, at=clock.now())
        query = select(Delivery.state, func.count()).group_by(Delivery.state)
        counts = {row[0]: row[1] for row in session.execute(query)}
    click.echo(SENTENCES[is_on])
    click.echo(f"Waiting to leave: {counts.get('queued', 0)}. To be decided by an agent: {counts.get('uncertain', 0)}.")
