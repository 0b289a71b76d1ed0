"""Restored on a second machine from one file and a passphrase: who could come in can, all is there, nothing leaves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from supportbox import clock, migrations, store
from supportbox.app import create_app
from supportbox.channels import vault
from supportbox.channels.email.accounts import add_mailbox
from supportbox.channels.email.grants import connect
from supportbox.channels.email.oauth import Grant
from supportbox.config import Settings, load, make_secret
from supportbox.demo.sandbox import HOST, Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.agent_session import AgentSession
from supportbox.people.hiring import hire
from supportbox.people.totp import STEP, code_at
from supportbox.people.totp import make_secret as make_totp
from supportbox.store import db, transaction
from supportbox.web.customer.links import token_for
from supportbox.work import Worker
from tests.cli.conftest import Shell
from tests.servers import PASSWORD
from tests.web import desk
from tests.work.test_sweep import letter_with_file

SUPPORT, ADA = "support@demo.example", "ada@demo.example"
GRANT = Grant("Microsoft", "https://login.example/token", "client", "secret", "access", "refresh", clock.now(), 3600)


@dataclass
class First:
    """The desk that was backed up, as it was then."""

    settings: Settings
    cookie: str
    link: str
    totp: str
    token: str


@pytest.fixture
def first(tmp_path: Path, sandbox: Sandbox) -> Iterator[First]:
    """A desk with a letter with a file, an answer on its way, a second factor, passwords and a sign-in."""
    settings = replace(load({}, instance=tmp_path / "first"), undo_seconds=0)
    settings.instance.mkdir()
    make_secret(settings.instance)
    settings = replace(settings, secret_key=load({}, instance=settings.instance).secret_key)
    app = _made(settings)
    sandbox.append(SUPPORT, letter_with_file(1))
    totp = make_totp()
    with app.app_context(), transaction() as session:
        ada = hire(session, ADA, name="Ada", role="owner", password=desk.PASSWORD, now=clock.now())
        urls = {
            name: f"{name}://support%40demo.example@{HOST}:{port}"
            for name, port in (("imap", sandbox.imap_port), ("smtp", sandbox.smtp_port))
        }
        imap, smtp = urls["imap"], urls["smtp"]
        add_mailbox(session, settings, SUPPORT, imap_url=imap, smtp_url=smtp, password=PASSWORD, now=clock.now())
    Worker(app).run_once(patience=0)
    browser = desk.sign_in(app, ADA)
    cookie = browser.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    with app.app_context(), transaction() as session:
        ada = session.scalars(select(Agent)).one()
        ada.totp_sealed = vault.seal(settings, totp)
        ticket = session.scalars(select(Ticket)).one()
        reply(session, ticket, ada, "It is on its way.", now=clock.now())
        other = Mailbox(address="sales@demo.example", name="", is_active=False, created_at=clock.now())
        session.add(other)
        session.flush()
        connect(session, settings, other, GRANT)
        link, file = token_for(ticket.id), session.scalars(select(Attachment.token)).one()
    yield First(settings, cookie.value, link, totp, file)
    _let_go(app)


@pytest.fixture
def second(first: First, tmp_path: Path) -> Iterator[Flask]:
    """Another machine: nothing but the file and the passphrase went there."""
    file, phrase = tmp_path / "desk.sealed", tmp_path / "phrase"
    phrase.write_text("correct horse\n")
    Shell(first.settings.instance).says("backup", str(file), "--passphrase-file", str(phrase))
    first.settings.instance.rename(tmp_path / "the first machine burnt down")
    shell = Shell(tmp_path / "second")
    assert "Sending is off" in shell.says("restore", str(file), "--passphrase-file", str(phrase))
    app = create_app(replace(load({}, instance=shell.instance), undo_seconds=0))
    yield app
    _let_go(app)


def test_everybody_comes_in_with_password_and_second_factor_and_nobody_by_an_old_session(
    first: First, second: Flask
) -> None:
    client = second.test_client()
    client.set_cookie(second.config["SESSION_COOKIE_NAME"], first.cookie)
    assert client.get("/inbox/").headers["Location"].startswith("/login")
    with second.app_context():
        assert db.session.scalar(select(func.count()).select_from(AgentSession)) == 0
    browser = desk.Browser(second.test_client())
    answer = browser.post("/login", "/login", email=ADA, password=desk.PASSWORD)
    assert answer.headers["Location"] == "/login/code"
    code = code_at(first.totp, int(clock.now().timestamp()) // STEP)
    assert browser.post("/login/code", "/login/code", code=code).headers["Location"] == "/inbox/"
    assert "It is on its way." in browser.get(f"/inbox/tickets/SB-{first.link.partition('.')[0]}")


def test_customers_links_letters_and_files_are_there(first: First, second: Flask) -> None:
    client = second.test_client()
    page = client.get(f"/r/{first.link}").text
    assert "bill.pdf" in page
    found = re.search(r'href="(/r/[^"]+/files/[^"]+)"', page)
    assert found and client.get(found[1], buffered=True).data == b"%PDF-1"
    settings: Settings = second.extensions["settings"]
    assert (settings.files / first.token[:2] / first.token).stat().st_size > 0
    assert len(list(settings.raw.rglob("*.eml"))) == 1


def test_mailboxes_open_and_fetch_and_nothing_leaves_until_somebody_says_so(
    first: First, second: Flask, sandbox: Sandbox
) -> None:
    settings: Settings = second.extensions["settings"]
    with second.app_context():
        sealed = db.session.scalars(select(Mailbox.oauth_sealed).where(Mailbox.oauth_sealed != "")).one()
        assert Grant.from_text(vault.unseal(settings, sealed)) == GRANT
    sandbox.append(SUPPORT, letter_with_file(2))
    assert Worker(second).run_once(patience=0).faults == {}
    with second.app_context(), transaction() as session:
        ada, tickets = session.scalars(select(Agent)).one(), session.scalars(select(Ticket).order_by(Ticket.id)).all()
        assert len(tickets) == 2
        reply(session, tickets[1], ada, "We have it.", now=clock.now())
    Worker(second).run_once(patience=0)
    assert _states(second) == ["uncertain", "queued"]
    assert "Sending is on" in Shell(settings.instance).says("sending", "on")
    assert Worker(second).run_once(patience=0).faults == {}
    assert _states(second) == ["uncertain", "sent"], "what the first desk may have sent waits for an agent"


def _states(app: Flask) -> list[str]:
    with app.app_context():
        replies = select(Delivery.state).where(Delivery.kind == "reply").order_by(Delivery.id)
        return list(db.session.scalars(replies))


def _made(settings: Settings) -> Flask:
    engine = create_engine(settings.database_url)
    store.make_durable(engine)
    migrations.upgrade(engine)
    engine.dispose()
    return create_app(settings)


def _let_go(app: Flask) -> None:
    with app.app_context():
        store.db.engine.dispose()
