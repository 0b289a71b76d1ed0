"""A ticket in a mailbox of a team: for everybody else it is not there, at whatever address they ask."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.team import Team, TeamAgent, TeamMailbox
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter, sign_in


@pytest.fixture
def secret(app: Flask, now: datetime) -> int:
    """A ticket in the mailbox of a team without people, with one of everything that an address can name."""
    number = letter(app, now=now, subject="Salary", html="<p>Much.</p>", external_id="<1@example.org>")
    with app.app_context(), transaction() as session:
        session.add(Team(id=1, name="Office"))
        session.flush()
        session.add(TeamMailbox(team_id=1, mailbox_id=1))
        ticket, ada = session.get_one(Ticket, number), session.get_one(Agent, 1)
        message = reply(session, ticket, ada, "Secret words", now=now)
        session.scalars(select(Delivery).where(Delivery.message_id == message.id)).one().state = "failed"
        file = {"token": "f" * 32, "filename": "a.txt", "content_type": "text/plain", "size": 2, "sha256": ""}
        session.add(Attachment(message_id=message.id, **file))
    return number


def ask(app: Flask, browser: Browser, number: int) -> dict[str, int]:
    """Every address that names a ticket or a part of one, and what it answered."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        theirs = db.session.scalar(select(Message.id).where(Message.kind == "customer"))
        letter_id = db.session.scalar(select(Delivery.id).where(Delivery.state == "failed"))
    values = {"number": number, "message_id": theirs, "delivery_id": letter_id, "token": "f" * 32, "filename": "a.txt",
              "name": "vip", "contact_id": 1, "source": number}  # fmt: skip
    answers = {}
    for rule in app.url_map.iter_rules():
        if "/tickets/SB-<" not in rule.rule and "/inbox/attachments/" not in rule.rule:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: str(values.get(part[1], 1)), rule.rule)
            answers[f"{method} {path}"] = browser.client.open(path, method=method, data={"text": "Hi"}).status_code
    return answers


def test_nobody_outside_the_team_can_tell_that_the_ticket_is_there(app: Flask, secret: int) -> None:
    ben = sign_in(app, "ben@shop.example")
    answers = ask(app, ben, secret)
    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status not in (404, 405)} == {}
    assert ask(app, ben, 999).keys() == {address.replace(f"SB-{secret}", "SB-999") for address in answers}
    hidden, missing = (ben.client.get(f"/inbox/tickets/SB-{n}").text for n in (secret, 999))
    assert re.sub(r"SB-\d+", "", hidden) == re.sub(r"SB-\d+", "", missing)


def test_the_teams_own_people_and_the_owner_see_it(app: Flask, secret: int) -> None:
    with app.app_context(), transaction() as session:
        session.add(TeamAgent(team_id=1, agent_id=2))
    for address in ("ben@shop.example", "ada@shop.example"):
        page = sign_in(app, address).get(f"/inbox/tickets/SB-{secret}")
        assert "Secret words" in page


def test_the_customers_other_pages_leave_it_out(app: Flask, secret: int, now: datetime) -> None:
    open_one = letter(app, now=now, subject="Bowl", mailbox=1)
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, open_one).mailbox_id = None
    for address in (f"/inbox/tickets/SB-{open_one}", "/inbox/customers/1"):
        assert "Salary" in sign_in(app).get(address)
        assert "Salary" not in sign_in(app, "ben@shop.example").get(address)
