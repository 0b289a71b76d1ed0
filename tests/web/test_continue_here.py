"""Links that take a conversation elsewhere, as pages: what they show, whom they let in, and who made them."""

import re

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.inbox.continuation import Continuation, invite
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter, sign_in

NUMBER = "+33612345678"


def has_channels(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.add(Mailbox(address="+33939011234", channel="whatsapp", created_at=clock.now()))
        session.add(Mailbox(address="sms:+33939011234", channel="sms", created_at=clock.now()))
        session.add(Mailbox(address="chat", channel="chat", created_at=clock.now()))


def link(app: Flask, number: int, channel: str) -> str:
    with app.app_context(), transaction() as session:
        ticket = session.get_one(Ticket, number)
        return "/go/" + invite(session, ticket, channel, contact_id=None, by=None, now=clock.now())


def code_of(app: Flask) -> str:
    """The six digits of the last letter or text message."""
    with app.app_context():
        letters = db.session.scalars(select(DeskLetter).order_by(DeskLetter.id.desc())).first()
        assert letters
        found = re.search(r"\d{3} \d{3}", unseal(app.extensions["settings"], letters.text))
    assert found
    return found[0]


def test_an_agent_sends_a_link_by_the_way_the_customer_is_on(app: Flask, ada: Browser) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    here = f"/inbox/tickets/SB-{number}/continuations"
    assert "Send the link by E-mail cleo@example.org" in ada.get(here)
    sent = ada.post(here, here, channel="whatsapp")
    assert sent.status_code == 303
    with app.app_context():
        message = db.session.scalars(select(Message).where(Message.kind == "agent")).one()
        assert message.text.startswith("We can go on by WhatsApp: open http")
        assert db.session.get_one(Ticket, number).waiting_since is not None
    page = ada.get(f"/inbox/tickets/SB-{number}")
    assert "made a link to go on by WhatsApp" in page
    assert "until" in ada.get(here)


def test_a_link_that_was_taken_back_opens_nothing(app: Flask, ada: Browser) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    address = link(app, number, "chat")
    here = f"/inbox/tickets/SB-{number}/continuations"
    with app.app_context():
        made = db.session.scalars(select(Continuation.id)).one()
    assert ada.post(here, f"{here}/{made}/deletion").status_code == 303
    assert app.test_client().get(address).status_code == 404


def test_a_code_on_paper_has_the_link(app: Flask, ada: Browser) -> None:
    has_channels(app)
    here = f"/inbox/tickets/SB-{letter(app, now=clock.now())}/continuations"
    made = ada.post(here, here, channel="sms", code="1")
    assert made.status_code == 303
    assert "/go/" not in made.location
    page = ada.get(made.location)
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page or 'class="qr"' in page
    assert 'src="data:image/png;base64,' in page
    assert "/go/" in page
    with app.app_context():
        assert db.session.scalar(select(Delivery.id).where(Delivery.kind == "reply")) is None


def test_light_agents_invite_nobody(app: Flask) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    with app.app_context(), transaction() as session:
        session.scalars(select(Agent).where(Agent.email == "ben@shop.example")).one().role = "light"
    ben = sign_in(app, "ben@shop.example")
    assert ben.client.get(f"/inbox/tickets/SB-{number}/continuations").status_code == 403


def test_looking_at_a_link_uses_nothing_and_shows_nothing(app: Flask) -> None:
    has_channels(app)
    address = link(app, letter(app, now=clock.now()), "whatsapp")
    for _again in range(2):
        page = app.test_client().get(address).text
        assert "https://wa.me/33939011234?text=go-" in page
        assert "It has not come." not in page
    with app.app_context():
        assert db.session.scalars(select(Continuation)).one().used_by is None


def test_the_chat_opens_for_one_browser_with_what_was_said(app: Flask) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    address = link(app, number, "chat")
    opened = app.test_client().post(f"{address}/chat")
    assert opened.status_code == 200
    token = re.search(r'data-visitor="([^"]+)"', opened.text)
    assert token
    assert app.test_client().post(f"{address}/chat").status_code == 404
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "chat")).one()
        assert contact.customer_id == db.session.get_one(Ticket, number).customer_id


def test_a_number_is_proven_before_anything_goes_on_there(app: Flask) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    address, client = link(app, number, "sms"), app.test_client()
    assert client.post(f"{address}/code", data={"value": "nonsense"}).status_code == 422
    assert (
        "A code is on its way to +33612345678" in client.post(f"{address}/code", data={"value": "06 12 34 56 78"}).text
    )
    with app.app_context():
        delivery = db.session.scalars(select(Delivery).where(Delivery.kind == "notice")).one()
        assert (delivery.channel, delivery.receiver) == ("sms", NUMBER)
        assert db.session.scalar(select(Contact.id).where(Contact.kind == "sms")) is None
    assert client.post(f"{address}/proof", data={"code": "000 000"}).status_code == 422
    proven = client.post(f"{address}/proof", data={"code": code_of(app)})
    assert proven.status_code == 303
    assert "It has not come." in client.get(proven.headers["Location"]).text
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "sms")).one()
        assert contact.customer_id == db.session.get_one(Ticket, number).customer_id
        assert contact.verified_at is not None


def test_codes_are_few(app: Flask) -> None:
    has_channels(app)
    address, browser = link(app, letter(app, now=clock.now()), "email"), app.test_client()
    given = [browser.post(f"{address}/code", data={"value": "cleo@home.example"}).status_code for _ in range(4)]
    assert given == [200, 200, 200, 422]
