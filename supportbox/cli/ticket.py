"""`supportbox ticket` and `supportbox reply`: tickets from scripts."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.cli.export import export_one, export_tickets
from supportbox.cli.instance import open_core
from supportbox.errors import NotFound, Refused
from supportbox.inbox.reference import Reference, find_reference
from supportbox.inbox.reply import reply as answer
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer
from supportbox.search.ticket_find import find
from supportbox.store import db, transaction

MOST_FOUND = 1000


@click.group()
def ticket() -> None:
    """List, show and export tickets."""


@ticket.command("list")
@click.option("--query", help="Only tickets with these words, or with this number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(query: str | None, as_json: bool) -> None:
    """List tickets, the newest first."""
    with open_core():
        rows = _find(db.session(), query)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['reference']}  {row['status']:<8}{row['subject']}")


@ticket.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(reference: str, as_json: bool) -> None:
    """Show one ticket with its messages."""
    with open_core():
        session = db.session()
        row = export_one(session, get_ticket(session, reference).id)
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    click.echo(f"{row['reference']}  {row['subject']}\n{row['status']}, {row['customer']['name']}")
    for message in row["messages"]:
        click.echo(f"\n{message['at']}  {message['kind']}  {message['from']}\n{message['visible_text']}")


@ticket.command()
@click.option("--jsonl", is_flag=True, required=True, help="One ticket a line; the only form there is.")
def export(jsonl: bool) -> None:
    """Print every ticket, by number, with everything in it."""
    with open_core():
        for row in export_tickets(db.session()):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


@click.command()
@click.argument("reference")
@click.option("--as", "agent_email", metavar="EMAIL", required=True, help="The agent who writes.")
@click.option("--note", "is_note", is_flag=True, help="A note for agents; nothing is sent.")
@click.option("--close", "is_closed", is_flag=True, help="Close the ticket with it.")
@click.option("--text-file", metavar="FILE|-", required=True, help="The text, as Markdown; - is standard input.")
def reply(reference: str, agent_email: str, is_note: bool, is_closed: bool, text_file: str) -> None:
    """Answer a ticket, as the page would; it leaves after the usual time for second thoughts."""
    text = _read(text_file)
    now = clock.now()
    with open_core() as app, transaction() as session:
        agent = session.scalar(select(Agent).where(Agent.email == agent_email.lower(), Agent.is_active))
        if agent is None:
            raise NotFound(f"There is no agent {agent_email}.")
        found = get_ticket(session, reference)
        undo = timedelta(seconds=app.extensions["settings"].undo_seconds)
        then = "closed" if is_closed else "waiting"
        message = answer(session, found, agent, text, now=now, undo=undo, is_note=is_note, then=then)
        if is_note and is_closed:
            found.close(by=agent, at=now)
        word = "Noted in" if is_note else "Answered"
        click.echo(f"{word} {found.reference} (message {message.id}).")


def _find(session: Session, query: str | None) -> list[dict[str, object]]:
    rows = select(
        Ticket.id, Ticket.subject, Ticket.status, Ticket.created_at, Customer.name, Agent.email.label("assignee")
    )
    rows = rows.join(Customer, Customer.id == Ticket.customer_id).outerjoin(Agent, Agent.id == Ticket.assignee_id)
    rows = rows.where(Ticket.deleted_at.is_(None)).order_by(Ticket.id.desc())
    if query and (reference := find_reference(query)):
        rows = rows.where(Ticket.id == reference.number)
    elif query:
        # The subjects too: what came in a moment ago is not in the table of words yet.
        found = find(session.connection(), query, today=clock.now().date(), limit=MOST_FOUND)
        rows = rows.where(or_(Ticket.id.in_(found), Ticket.subject.icontains(query, autoescape=True)))
    return [
        {
            "reference": str(Reference(row.id)),
            "subject": row.subject,
            "status": row.status,
            "assignee": row.assignee,
            "customer": row.name,
            "created_at": row.created_at.isoformat(),
        }
        for row in session.execute(rows)
    ]


def get_ticket(session: Session, text: str) -> Ticket:
    """The ticket that a reference names; the bare number will do."""
    reference = find_reference(text if not text.isdecimal() else f"SB-{text}")
    if reference is None:
        raise Refused(f"{text!r} is not a reference such as SB-1042.")
    found = session.get(Ticket, reference.number)
    if found is None or found.deleted_at:
        raise NotFound(f"There is no ticket {reference}.")
    return found


def _read(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.buffer.read().decode()
        return Path(name).read_text("utf-8")
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 text.") from error
