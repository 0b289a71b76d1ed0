"""Whose mailbox it is: what a team's mailbox holds is not there for another team's agents, whatever they try."""

import pytest
from flask import Flask
from sqlalchemy import select

from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.message import Message
from supportbox.people.agent import ROLES, Agent
from supportbox.people.team import Team, TeamAgent, TeamMailbox
from supportbox.store import db, transaction
from tests.conftest import NOW, add_people
from tests.security import test_rights as rights
from tests.web.desk import give_passwords, letter

# What these addresses name belongs to no mailbox, or names no thing.
NOBODYS = (
    "/inbox/<name>",
    "/inbox/customers/",
    "/inbox/saved",
    "/inbox/views/",
    "/inbox/uploads/",  # an agent's own, until it is sent
)


@pytest.fixture
def app(settings: Settings) -> Flask:
    """The desk of the rights table, its only mailbox a team's; `agent` and `light` are not in that team, Fay is."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction() as session:
        add_people(session)
        for role in ROLES:
            session.add(Agent(email=f"{role}@shop.example", name=role.title(), role=role, created_at=NOW))
        session.add(Agent(email="fay@shop.example", name="Fay", role="agent", created_at=NOW))
    give_passwords(app)
    rights._fill(app, settings)
    with app.app_context(), transaction() as session:
        team = Team(name="Support")
        session.add(team)
        session.flush()
        fay = session.scalars(select(Agent.id).where(Agent.name == "Fay")).one()
        session.add_all([TeamMailbox(team_id=team.id, mailbox_id=1), TeamAgent(team_id=team.id, agent_id=fay)])
    return app


def objects(app: Flask) -> list[str]:
    """Every address that names a thing which came in by a mailbox."""
    return [
        address
        for address in rights._addresses(app)
        if " /inbox/" in address and "<" in address and not address.partition(" ")[2].startswith(NOBODYS)
    ]


def test_the_table_is_not_empty(app: Flask) -> None:
    found = objects(app)
    assert len(found) > 30 and f"GET {rights.TICKET}" in found


@pytest.mark.parametrize("who", ["agent", "light"])
def test_for_another_teams_agents_it_is_not_there(who: str, app: Flask) -> None:
    cookie = rights._cookie(app, who)
    there = {}
    for address in objects(app):
        answer = rights._ask(app, address, cookie)
        # A role that may never do this need not be told whether the thing is there.
        if answer.status_code != 404 and not (answer.status_code == 403 and who not in rights.RIGHTS[address]):
            there[address] = answer.status
    assert there == {}


@pytest.mark.parametrize("who", ["fay", "admin", "owner"])
def test_for_the_team_and_for_managers_it_is(who: str, app: Flask) -> None:
    cookie = rights._cookie(app, who)
    assert rights._ask(app, f"GET {rights.TICKET}", cookie).status_code == 200
    assert rights._ask(app, "GET /inbox/attachments/<token>/<path:filename>", cookie).status_code == 200


@pytest.mark.parametrize(
    "page", ["/inbox/open", "/inbox/unassigned", "/inbox/search?q=come", "/inbox/quarantine", "/settings/mail"]
)
def test_no_list_tells_of_it(page: str, app: Flask) -> None:
    letter(app, now=NOW, subject="Zanzibar parcel", text="come Zanzibar", external_id="<z@example.org>")
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], rights._cookie(app, "agent"))
    answer = client.get(page)
    assert answer.status_code in (200, 404) and "Zanzibar" not in answer.text
    assert "cleo@example.org" not in answer.text and "support@shop.example" not in answer.text


def test_no_article_is_begun_from_an_answer_that_is_hidden(app: Flask) -> None:
    with app.app_context():
        answer = db.session.scalars(select(Message.id).where(Message.kind == "agent")).first()
    page = f"/settings/help/new?message={answer}"
    for who, status in (("agent", 404), ("fay", 200)):
        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], rights._cookie(app, who))
        assert client.get(page).status_code == status, who
        made = client.post("/settings/help/", data={**rights.FIELDS, "message": str(answer), "slug": f"by-{who}"})
        assert made.status_code == (404 if who == "agent" else 303), who
