"""What the ticket's page says about who wrote a letter, and what an agent can say about them."""

import re
from datetime import datetime

from flask import Flask

from supportbox.inbox import receive
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.agent import Agent
from supportbox.people.business import change_business
from supportbox.people.trust import is_blocked
from supportbox.store import db, transaction
from supportbox.web.reading import forget_business
from tests.web.desk import Browser, form_fields, letter, sign_in

SECRET = "Leo here, who was shown your letter."


def address(number: int) -> str:
    return f"/inbox/tickets/SB-{number}"


def somebody_new_writes(app: Flask, number: int, now: datetime) -> None:
    """Leo was shown a letter with our signed address, and answers it."""
    with app.app_context(), transaction() as session:
        clues = Clues(token_ticket=number)
        receive(session, Incoming("email", Sender("email", "leo@example.org", "Leo"), "Re: it", SECRET, now,
                                  mailbox_id=1, clues=clues), now=now)  # fmt: skip


def status(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Ticket, number).status


def receivers(app: Flask) -> set[str]:
    with app.app_context():
        return {delivery.receiver for delivery in db.session.query(Delivery).filter_by(kind="reply")}


def test_somebody_new_gets_answers_once_an_agent_says_so(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    assert "From somebody new here" not in ada.get(page)
    somebody_new_writes(app, number, now)
    shown = ada.get(page)
    assert "From somebody new here: this address gets none" in shown
    assert "‹leo@example.org›" not in shown
    accept = re.findall(r'action="([^"]*/participants/\d+)"', shown)[0]
    assert ada.post(page, accept).status_code == 303
    shown = ada.get(page)
    assert "Ada lets leo@example.org take part" in shown
    assert 'name="cc" value="leo@example.org"' in shown
    ada.post(page, f"{page}/replies", text="To both", then="open")
    assert receivers(app) == {"cleo@example.org", "leo@example.org"}
    assert ada.post(page, f"{accept}/delete").status_code == 303
    shown = ada.get(page)
    assert "Ada left leo@example.org out" in shown
    assert "‹leo@example.org›" not in shown


def test_light_agents_decide_nothing_about_senders(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    somebody_new_writes(app, number, now)
    shown = ada.get(page)
    actions = re.findall(r'action="([^"]*/(?:participants/\d+|sender-rule))"', shown)
    assert len(actions) == 2
    with app.app_context(), transaction() as session:
        session.query(Agent).filter_by(email="ben@shop.example").one().role = "light"
    ben = sign_in(app, "ben@shop.example")
    seen = ben.get(page)
    form = {**form_fields(seen, f"{page}/notes"), "rule": "blocked"}
    for action in actions:
        assert action not in seen
        assert ben.client.post(action, data=form).status_code == 403
    with app.app_context():
        assert db.session.query(Participant).one().is_accepted is False
        assert is_blocked(db.session(), "cleo@example.org") is None
    assert status(app, number) == "open"


def test_a_sender_is_blocked_trusted_or_neither(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    rule = re.findall(r'action="([^"]*/sender-rule)"', ada.get(page))[0]
    for wanted, blocked, then, said in (
        ("blocked", True, "spam", "Ada blocked cleo@example.org"),
        ("trusted", False, "open", "Ada always trusts cleo@example.org"),
        ("none", None, "open", "Ada treats cleo@example.org like any other sender again"),
    ):
        assert ada.post(page, rule, rule=wanted).status_code == 303
        with app.app_context():
            assert is_blocked(db.session(), "cleo@example.org") is blocked
        assert status(app, number) == then
        assert said in ada.get(page)
    assert ada.post(page, rule, rule="else").status_code == 400
    other = letter(app, now=now, subject="Another", sender="sam@example.org")
    assert ada.client.post(rule.replace(f"SB-{number}", f"SB-{other}"), data={
        **form_fields(ada.get(page), rule), "rule": "blocked"
    }).status_code == 404  # fmt: skip


def test_what_a_blocked_sender_writes_says_why_and_can_be_no_spam(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    ada.post(page, re.findall(r'action="([^"]*/sender-rule)"', ada.get(page))[0], rule="blocked")
    second = letter(app, now=now, subject="Me again")
    assert status(app, second) == "spam"
    assert "Its sender was blocked." in ada.get(address(second))
    assert ada.post(address(second), f"{address(second)}/spam/delete").status_code == 303
    assert status(app, second) == "open"


def test_whether_the_sender_is_proven_is_said(app: Flask, ada: Browser, now: datetime) -> None:
    unknown, failed = letter(app, now=now), letter(app, now=now, subject="B", is_sender_proven=False)
    proven = letter(app, now=now, subject="C", is_sender_proven=True)
    assert "not verified" not in ada.get(address(unknown)), "nobody checks here"
    assert "Failed its domain&#39;s check" in ada.get(address(failed))
    with app.app_context(), transaction() as session:
        change_business(session, authserv_ids=("mx.shop.example",))
        forget_business()
    assert "Sender not verified" in ada.get(address(unknown))
    assert "not verified" not in ada.get(address(proven))


def test_a_delivered_letter_says_why_too(app: Flask, ada: Browser, now: datetime) -> None:
    shown = ada.get(address(letter(app, now=now, verdict_reason="A form on the site, by www@shop.example.")))
    assert "A form on the site, by www@shop.example." in shown
