"""`supportbox agent`: the people who answer."""

import json
import sys

import click
from sqlalchemy import select

from supportbox import clock
from supportbox.cli.instance import open_core
from supportbox.people.agent import ROLES, Agent
from supportbox.people.hiring import hire
from supportbox.people.password import make_password
from supportbox.store import db, transaction


@click.group()
def agent() -> None:
    """Add and list the people who answer."""


@agent.command()
@click.argument("email")
@click.option("--name", required=True, help="How customers see them.")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an agent; without --password-stdin a password is made and printed as the last line."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else make_password()
    with open_core(), transaction() as session:
        hire(session, email, name=name, role=role, password=password, now=clock.now())
    click.echo(f"{email} can log in now, as {role}.")
    if not password_stdin:
        click.echo(f"password: {password}")


@agent.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(as_json: bool) -> None:
    """List the agents."""
    with open_core():
        agents = db.session.scalars(select(Agent).order_by(Agent.id)).all()
    if as_json:
        click.echo(json.dumps([_row(one) for one in agents], ensure_ascii=False))
        return
    for one in agents:
        click.echo(f"{one.email}  {one.name}  {one.role}{'' if one.is_active else '  (inactive)'}")


def _row(one: Agent) -> dict[str, object]:
    return {
        "id": one.id,
        "email": one.email,
        "name": one.name,
        "role": one.role,
        "is_active": one.is_active,
        "created_at": one.created_at.isoformat(),
    }
