"""`supportbox mailbox`: the addresses that receive mail, and the servers behind them."""

import json
import sys
from datetime import UTC, datetime

import click
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.kinds import open_channel
from supportbox.cli.instance import open_core
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db, transaction


@click.group()
def mailbox() -> None:
    """Add, list and test the addresses that receive mail."""


@mailbox.command()
@click.argument("address")
@click.option("--imap-url", required=True, help="imaps://user:password@host:993/FOLDER, imap+starttls://, imap://")
@click.option("--smtp-url", required=True, help="smtps://user:password@host:465, smtp+starttls://, smtp://")
@click.option("--password-stdin", is_flag=True, help="Read the password for both from standard input.")
@click.option("--name", default="", help="Whom customers see as the sender.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--since", default="", help="Leave older letters alone: a date such as 2026-01-31, or now.")
def add(
    address: str, imap_url: str, smtp_url: str, password_stdin: bool, name: str, lang: str, since: str
) -> None:  # fmt: skip
    """Add a mailbox: its form is checked and it is stored; `mailbox test` tries it."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    now = clock.now()
    with open_core() as app, transaction() as session:
        settings: Settings = app.extensions["settings"]
        added = add_mailbox(
            session,
            settings,
            address,
            imap_url=imap_url,
            smtp_url=smtp_url,
            password=password,
            name=name,
            language=lang,
            since=_moment(since, now),
            now=now,
        )
    click.echo(f"{added.address} is added. Try it with: supportbox mailbox test {added.address}")


def _moment(text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    if text == "now":
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no date. Write it as 2026-01-31, or write now.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@mailbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(as_json: bool) -> None:
    """List the mailboxes and how their last round went."""
    with open_core():
        mailboxes = db.session.scalars(select(Mailbox).order_by(Mailbox.id)).all()
    if as_json:
        click.echo(json.dumps([_row(one) for one in mailboxes], ensure_ascii=False))
        return
    for one in mailboxes:
        click.echo(f"{one.address}  {one.imap_url}  {_state(one)}")


def _state(one: Mailbox) -> str:
    if not one.is_active:
        return "switched off"
    if one.last_error:
        return one.last_error
    return f"fetched {one.good_poll_at:%Y-%m-%d %H:%M} UTC" if one.good_poll_at else "not fetched yet"


def _row(one: Mailbox) -> dict[str, object]:
    return {
        "id": one.id,
        "address": one.address,
        "name": one.name,
        "channel": one.channel,
        "language": one.language,
        "imap_url": one.imap_url,
        "smtp_url": one.smtp_url,
        "is_active": one.is_active,
        "since": one.since.isoformat() if one.since else None,
        "polled_at": one.polled_at.isoformat() if one.polled_at else None,
        "good_poll_at": one.good_poll_at.isoformat() if one.good_poll_at else None,
        "last_error": one.last_error,
    }


@mailbox.command()
@click.argument("address")
def test(address: str) -> None:
    """Connect both ways, each stage with its sentence; stops at the first fault."""
    with open_core() as app:
        found = db.session.scalar(select(Mailbox).where(Mailbox.address == address.strip().lower()))
        if found is None:
            raise NotFound(f"There is no mailbox {address}.")
        channel = open_channel(app.extensions["settings"], found)
        try:
            for stage in channel.check():
                if not stage.is_good:
                    raise Refused(stage.sentence)
                click.echo(stage.sentence)
        finally:
            channel.close()
