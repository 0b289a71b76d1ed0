"""A new ticket by an agent, and who is known by a few letters."""

import io
import re
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.team import Team, TeamMailbox
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, sign_in

NEW = "/inbox/tickets/new"
WORDS = {"to": "cleo@example.org", "subject": "Your bowl", "text": "It is <ready>.", "then": "waiting"}


def test_a_letter_of_ours_becomes_a_ticket_and_the_same_form_twice_one_letter(app: Flask, ada: Browser) -> None:
    form = {**form_fields(ada.get(NEW), NEW), **WORDS, "mailbox": "1"}
    answers = [ada.client.post(NEW, data=form) for _ in range(2)]
    assert answers[0].status_code == 303 and answers[0].location == answers[1].location
    assert "It is &lt;ready&gt;." in ada.get(answers[0].location.split("#")[0])
    with app.app_context():
        assert db.session.scalars(select(Delivery.receiver)).all() == ["cleo@example.org"]
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_what_hinders_it_is_said_and_every_word_and_file_is_kept(app: Flask, ada: Browser) -> None:
    form = {**form_fields(ada.get(NEW), NEW), **WORDS, "to": "nobody", "mailbox": "1", "name": "Eve"}
    refused = ada.client.post(NEW, data={**form, "files": (io.BytesIO(b"hi"), "list.txt")})
    assert refused.status_code == 400 and "not an e-mail address" in refused.text
    for kept in ('value="Eve"', 'value="Your bowl"', "It is &lt;ready&gt;.</textarea>", "list.txt"):
        assert kept in refused.text
    [upload] = re.findall(r'name="upload" value="(\w+)"', refused.text)
    sent = ada.client.post(NEW, data={**form, "to": "eve@example.com", "upload": upload})
    assert sent.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Attachment.filename)).all() == ["list.txt"]


def test_a_known_customer_is_filled_in_and_found_by_name_or_address(app: Flask, ada: Browser) -> None:
    assert 'value="cleo@example.org"' in ada.get(f"{NEW}?customer=1")
    for words in ("cle", "CLÉO", "cleo@ex"):
        assert 'data-address="cleo@example.org"' in ada.get(f"/inbox/people?q={words}")
    for words in ("", "c", "%%", "__", "leo"):
        assert "data-address" not in ada.get(f"/inbox/people?q={words}")


def test_light_agents_start_none_and_nobody_from_a_hidden_mailbox(app: Flask, ada: Browser) -> None:
    ben = sign_in(app, "ben@shop.example")
    form = {**form_fields(ben.get(NEW), NEW), **WORDS, "mailbox": "1"}
    with app.app_context(), transaction() as session:
        session.add(Team(id=1, name="Office"))
        session.flush()
        session.add(TeamMailbox(team_id=1, mailbox_id=1))
    refused = ben.client.post(NEW, data=form)
    assert refused.status_code == 400 and "from which mailbox" in refused.text
    assert "support@shop.example" not in refused.text
    with app.app_context(), transaction() as session:
        session.get_one(Agent, 2).role = "light"
    assert ben.client.get(NEW).status_code == 403
    assert ben.client.post(NEW, data=form).status_code == 403


def test_the_customers_page_leads_to_a_letter_and_shows_what_there_was(app: Flask, ada: Browser, now: datetime) -> None:
    ada.client.post(NEW, data={**form_fields(ada.get(NEW), NEW), **WORDS, "mailbox": "1"})
    page = ada.get("/inbox/customers/1")
    assert f"{NEW}?customer=1" in page and "Your bowl" in page
    assert "Your bowl" not in ada.get("/inbox/customers/1?kind=chat")
