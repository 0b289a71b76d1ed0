"""The page of agents: inviting, roles, leaving and coming back; and teams."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.audit import Audit
from supportbox.people.invitation import Invitation
from supportbox.people.team import Team, TeamAgent, TeamMailbox
from supportbox.store import db, transaction
from tests.conftest import NOW
from tests.web.desk import Browser, letter, sign_in

PAGE = "/settings/agents"
INVITATIONS = f"{PAGE}/invitations"
PASSWORD = "three purple lanterns"


def invited(answer_text: str) -> str:
    """The path of the link that is shown once."""
    found = re.search(r'id="link" value="https?://[^/]+(/invitation/[^"]+)"', answer_text)
    assert found
    return found[1]


def agent(app: Flask, name: str) -> Agent:
    with app.app_context():
        return db.session.query(Agent).filter_by(name=name).one()


def take(app: Flask, path: str, name: str = "Eve") -> Browser:
    browser = Browser(app.test_client())
    answer = browser.post(path, path, name=name, password=PASSWORD)
    assert answer.location == "/inbox/", answer.text
    return browser


def make_admin(app: Flask) -> Browser:
    with app.app_context(), transaction() as session:
        session.execute(update(Agent).where(Agent.name == "Ben").values(role="admin"))
    return sign_in(app, "ben@shop.example")


def test_who_is_invited_becomes_an_agent_once(app: Flask, ada: Browser) -> None:
    answer = ada.post(PAGE, INVITATIONS, email=" Eve@Shop.example ", role="light", language="fr")
    path = invited(answer.text)
    eve = take(app, path)
    assert '<html lang="fr"' in eve.get("/settings/me")
    assert (agent(app, "Eve").role, agent(app, "Eve").email) == ("light", "eve@shop.example")
    assert app.test_client().get(path).status_code == 404
    with app.app_context():
        assert path.rpartition("/")[2] not in str(db.session.execute(select(Audit.data)).all())
        assert db.session.scalars(select(Invitation)).all() == []


def test_the_letter_carries_the_same_link_where_a_mailbox_can_send(app: Flask, ada: Browser) -> None:
    assert "hand this link over yourself" in ada.post(PAGE, INVITATIONS, email="a@shop.example", role="agent").text
    with app.app_context(), transaction() as session:
        session.execute(update(Mailbox).values(smtp_url="smtp://127.0.0.1:9"))
    answer = ada.post(PAGE, INVITATIONS, email="eve@shop.example", role="agent", language="fr")
    with app.app_context():
        [kept] = db.session.scalars(select(DeskLetter)).all()
        text = unseal(app.extensions["settings"], kept.text)
    assert app.extensions["settings"].base_url + invited(answer.text) in text.split("\n")
    assert "The letter is waiting" in ada.get(PAGE)


def test_a_new_link_makes_the_one_before_worthless_and_withdrawing_both(app: Flask, ada: Browser) -> None:
    first = invited(ada.post(PAGE, INVITATIONS, email="eve@shop.example", role="agent").text)
    second = invited(ada.post(PAGE, f"{INVITATIONS}/1/renewal").text)
    client = app.test_client()
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    ada.post(PAGE, f"{INVITATIONS}/1/deletion")
    assert client.get(second).status_code == 404


def test_after_seven_days_it_is_over(app: Flask, ada: Browser) -> None:
    path = invited(ada.post(PAGE, INVITATIONS, email="eve@shop.example", role="agent").text)
    with app.app_context(), transaction() as session:
        assert timedelta(days=6, hours=23) < session.scalars(select(Invitation)).one().expires_at - clock.now()
        session.execute(update(Invitation).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert app.test_client().get(path).status_code == 404
    assert "Over since" in ada.get(PAGE)


@pytest.mark.parametrize("email", ["", "eve", "ada@shop.example", "a@b..example", "eve@shop.example\nBcc: x@y.example"])
def test_what_cannot_be_invited(app: Flask, ada: Browser, email: str) -> None:
    answer = ada.post(PAGE, INVITATIONS, email=email, role="agent")
    assert answer.status_code in (400, 409) and 'role="alert"' in answer.text


def test_an_admin_makes_no_owner_and_touches_none(app: Flask) -> None:
    ben, ada = make_admin(app), agent(app, "Ada").id
    assert ben.post(PAGE, INVITATIONS, email="eve@shop.example", role="owner").status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', ben.get(PAGE))[1]  # type: ignore[index]  # it is there
    for verb in ("role", "deactivation", "second-factor/deletion"):
        answer = ben.client.post(f"{PAGE}/{ada}/{verb}", data={"csrf_token": token, "role": "light"})
        assert answer.status_code == 403
    own = agent(app, "Ben").id
    assert ben.client.post(f"{PAGE}/{own}/role", data={"csrf_token": token, "role": "owner"}).status_code == 403
    assert agent(app, "Ada").role == "owner" and agent(app, "Ada").is_active


def test_the_last_owner_stays(app: Flask, ada: Browser) -> None:
    number = agent(app, "Ada").id
    answer = ada.post(PAGE, f"{PAGE}/{number}/role", role="admin")
    assert answer.status_code == 409 and "last owner" in answer.text
    ada.post(PAGE, f"{PAGE}/{agent(app, 'Ben').id}/role", role="owner")
    assert ada.post(PAGE, f"{PAGE}/{number}/role", role="admin").status_code == 303


def test_another_role_ends_the_sessions(app: Flask, ada: Browser) -> None:
    ben = sign_in(app, "ben@shop.example")
    ada.post(PAGE, f"{PAGE}/{agent(app, 'Ben').id}/role", role="light")
    assert ben.client.get("/settings/me").status_code == 303
    assert agent(app, "Ben").role == "light"


def test_who_leaves_is_out_and_their_tickets_are_nobodys(app: Flask, ada: Browser) -> None:
    first, second = letter(app, now=NOW), letter(app, now=NOW, sender="dot@example.net", subject="Another")
    ben = sign_in(app, "ben@shop.example")
    number = agent(app, "Ben").id
    with app.app_context(), transaction() as session:
        session.execute(update(Ticket).values(assignee_id=number))
        session.get_one(Ticket, second).close(by=None, at=NOW)
    answer = ada.post(PAGE, f"{PAGE}/{number}/deactivation")
    assert "1 ticket went back to unassigned" in ada.get(answer.location)
    assert ben.client.get("/settings/me").status_code == 303
    with app.app_context():
        assert [db.session.get_one(Ticket, one).assignee_id for one in (first, second)] == [None, number]
        events = db.session.scalars(select(Event.kind).where(Event.ticket_id == first)).all()
    assert "unassigned" in events
    ada.post(PAGE, f"{PAGE}/{number}/reactivation")
    sign_in(app, "ben@shop.example")


def test_nobody_deactivates_themselves(app: Flask) -> None:
    ben = make_admin(app)
    token = re.search(r'name="csrf_token" value="([^"]+)"', ben.get(PAGE))[1]  # type: ignore[index]  # it is there
    answer = ben.client.post(f"{PAGE}/{agent(app, 'Ben').id}/deactivation", data={"csrf_token": token})
    assert answer.status_code == 409


def test_away_is_seen_by_colleagues(app: Flask, ada: Browser) -> None:
    sign_in(app, "ben@shop.example").post("/settings/me", "/settings/me", name="Ben", away="1")
    assert ">Away<" in ada.get(PAGE)


def test_a_team_has_people_and_mailboxes_until_it_is_deleted(app: Flask, ada: Browser) -> None:
    page = "/settings/teams"
    ada.post(page, page, name="  Returns  ")
    ben = agent(app, "Ben").id
    ada.post(page, f"{page}/1", name="Returns", agent=str(ben), mailbox="1")
    with app.app_context():
        assert db.session.scalars(select(TeamAgent.agent_id)).all() == [ben]
        assert db.session.scalars(select(TeamMailbox.mailbox_id)).all() == [1]
    assert "Returns" in ada.get(PAGE)
    assert ada.post(page, page, name="Returns").status_code == 409
    assert ada.post(page, page, name=" ").status_code == 400
    ada.post(page, f"{page}/1", name="Returns", agent="999999", mailbox="x")
    ada.post(page, page, name="Other")
    token = re.search(r'name="csrf_token" value="([^"]+)"', ada.get(page))[1]  # type: ignore[index]  # it is there
    ada.client.post(f"{page}/1/deletion", data={"csrf_token": token})
    with app.app_context():
        assert db.session.scalars(select(Team.name)).all() == ["Other"]
        assert db.session.scalars(select(TeamMailbox)).all() == []
