"""The demo's instance: a desk that has been at work for weeks, made once and kept in a folder of its own."""

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from supportbox import config, migrations, models, store
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.email.url import Protocol, ServerUrl
from supportbox.config import Settings
from supportbox.demo import guest, wanderer
from supportbox.demo.cast import AGENTS, BUSINESS, SHOP
from supportbox.demo.letters import ARTICLES, sample_tickets
from supportbox.demo.shelf import fill_shelf
from supportbox.demo.story import Story
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.kb.importer import read_articles, store_articles
from supportbox.kb.writing import Writer
from supportbox.people.business import change_business
from supportbox.people.hiring import hire

assert models  # importing it fills Base.metadata with every table
DATABASE = "supportbox.db"


def is_ready(folder: Path) -> bool:
    """Whether a world stands there that this version understands."""
    if not (folder / DATABASE).exists() or not (folder / "secret.key").exists():
        return False
    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    try:
        return migrations.is_current(engine)
    except DatabaseError:
        return False
    finally:
        engine.dispose()


def make_world(folder: Path, *, now: datetime) -> None:
    """A new world in place of what is there. It is built beside its place: a killed start leaves nothing half made."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for name in ("files", "raw", "index"):
        (part / name).mkdir(mode=0o700, parents=True)
    config.make_secret(part)
    _fill(config.load({}, instance=part), now=now)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def point_mailbox(mailbox: Mailbox, *, host: str, imap_port: int, smtp_port: int) -> None:
    """Lead the shop's mailbox to where the sandbox listens this time."""
    mailbox.imap_url, mailbox.smtp_url = _url("IMAP", host, imap_port), _url("SMTP", host, smtp_port)


def _fill(settings: Settings, *, now: datetime) -> None:
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    with Session(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
        change_business(session, name=BUSINESS, language="en", timezone="Europe/Paris")
        agents = {
            one.key: hire(session, one.email, name=one.name, role=one.role, password=one.password, now=now)
            for one in AGENTS
        }
        mailbox = _add_mailbox(session, settings, now=now)
        Story(session, settings, mailbox, agents, now).tell(sample_tickets())
        wanderer.tell(session, settings, mailbox, agents["ada"], now=now)
        guest.come(session, agents["ada"], now=now)
        fill_shelf(session, agents["ada"], now=now)
        with Writer(session, record, now) as writer:
            store_articles(writer, read_articles(ARTICLES))
    engine.dispose()


def _add_mailbox(session: Session, settings: Settings, *, now: datetime) -> Mailbox:
    # Where the sandbox listens is known only once it does: `point_mailbox` says so at each start.
    return add_mailbox(
        session,
        settings,
        SHOP.email,
        imap_url=_url("IMAP", "127.0.0.1", 143),
        smtp_url=_url("SMTP", "127.0.0.1", 25),
        password=SHOP.password,
        name=BUSINESS,
        now=now,
    )


def _url(protocol: Protocol, host: str, port: int) -> str:
    return str(ServerUrl(protocol.lower(), host, port, SHOP.email))
