"""How channels are called: within a sentence, one of several other services, and where an answer goes by itself."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.inbox import receive
from supportbox.inbox.continuation import invite
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.store import db, transaction
from supportbox.web.customer.links import token_for
from tests.web.desk import Browser


def talk(app: Flask) -> int:
    """Cleo writes in the shop's own app, by mail at first."""
    at = clock.now() - timedelta(hours=1)
    with app.app_context(), transaction() as session:
        app_box = Mailbox(address="Tea app", channel="webhook", hook_token="h" * 32, created_at=at)
        session.add(app_box)
        session.flush()
        mail = Incoming("email", Sender("email", "cleo@home.example", "Cleo"), "Lid", "Broken.", at, mailbox_id=1)
        number = receive(session, mail, now=at).ticket_id
        token = invite(session, session.get_one(Ticket, number), "webhook", contact_id=None, by=None, now=at)
        clues = Clues(goes_on=True, continuation=token)
        receive(
            session,
            Incoming("webhook", Sender("account", "7", "Cleo"), "Lid", "Me.", at, mailbox_id=app_box.id, clues=clues),
            now=at,
        )
    assert number
    return number


def test_one_of_several_other_services_has_its_own_name(app: Flask, ada: Browser) -> None:
    page = ada.get(f"/inbox/tickets/SB-{talk(app)}")
    assert ">Tea app</option>" in page
    assert "Send the link by Tea app" in ada.get(f"/inbox/tickets/SB-{number_of(app)}/continuations")


def test_a_customer_sees_where_the_answer_goes_by_itself(app: Flask) -> None:
    number = talk(app)
    with app.app_context():
        token = token_for(number)
    page = app.test_client().get(f"/r/{token}/answers").text
    chosen = re.findall(r'name="way" value="[^"]*" required checked> <span data-user-content>([^<]*)', page)
    assert chosen == ["Tea app"]
    # Where a code can only go by mail, nobody is asked by what.
    assert '<input type="hidden" name="kind" value="email">' in page


def test_a_channel_within_a_sentence_begins_small_unless_it_is_a_name(app: Flask, ada: Browser) -> None:
    number = talk(app)
    with app.app_context(), transaction() as session:
        ticket = session.get_one(Ticket, number)
        for channel in ("email", "sms", "whatsapp"):
            invite(session, ticket, channel, contact_id=None, by=None, now=clock.now())
    page = ada.get(f"/inbox/tickets/SB-{number}")
    for words in ("by e-mail", "by SMS", "by WhatsApp"):
        assert f"made a link to go on {words}" in page


def test_a_code_is_shown_for_its_own_ticket_and_while_nobody_has_used_it(app: Flask, ada: Browser) -> None:
    number = talk(app)
    other = number + 1
    with app.app_context(), transaction() as session:
        at = clock.now()
        mail = Incoming("email", Sender("email", "dot@home.example", "Dot"), "Cup", "Hm.", at, mailbox_id=1)
        assert receive(session, mail, now=at).ticket_id == other
        token = invite(session, session.get_one(Ticket, number), "email", contact_id=None, by=None, now=at)
        code = seal(app.extensions["settings"], token)
    here = "/inbox/tickets/SB-{}/continuations?code={}"
    assert f"/go/{token}" in ada.get(here.format(number, code))
    assert token not in ada.get(here.format(other, code))
    assert 'class="invitation"' not in ada.get(here.format(number, "nonsense"))


def number_of(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(Ticket.id)).one()
