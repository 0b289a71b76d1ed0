"""`supportbox agent`: the people who answer."""

import json
import sys

import click
from sqlalchemy import select

from supportbox import clock
from supportbox.cli.instance import open_core
from supportbox.errors import NotFound
from supportbox.people.agent import ROLES, Agent
from supportbox.people.audit import note
from supportbox.people.hiring import hire
from supportbox.people.password import make_password
from supportbox.people.reset import set_password
from supportbox.people.standing import drop_second_factor
from supportbox.store import db, transaction


@click.group()
def agent() -> None:
    """Add and list the people who answer, and set their passwords."""


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


@agent.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.option("--without-second-factor", is_flag=True, help="Also take the second factor off: the phone is lost too.")
def password(email: str, password_stdin: bool, without_second_factor: bool) -> None:
    """Set a new password, for who lost theirs and gets no mail either. Ends all sessions of the agent."""
    chosen = sys.stdin.readline().rstrip("\r\n") if password_stdin else make_password()
    now = clock.now()
    with open_core(), transaction() as session:
        found = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
        if found is None:
            raise NotFound(f"There is no agent {email}.")
        set_password(session, found, chosen)
        note(session, "password_set", agent_id=None, at=now, email=found.email)
        if without_second_factor:
            drop_second_factor(session, found)
            note(session, "second_factor_reset", agent_id=None, at=now, email=found.email)
    click.echo(f"{found.email} has a new password, and every session of theirs has ended.")
    if not password_stdin:
        click.echo(f"password: {chosen}")


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
