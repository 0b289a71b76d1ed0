"""Where the answer goes, as the customer chose; and words that are read behind a code and nowhere else."""

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox.answer_choice import AnswerChoice
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.store import db, transaction
from supportbox.work.outgoing import outgoing_of
from tests.web.desk import Browser, letter
from tests.web.test_continue_here import code_of, has_channels
from tests.web.test_customer_request import link

SECRET = "Your IBAN ends in 4711."


def test_a_new_number_is_chosen_once_a_code_proves_it(app: Flask, ada: Browser) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    address, client = f"{link(app, number)}/answers", app.test_client()
    assert "E-mail c…@example.org" in client.get(address).text
    assert client.post(f"{address}/code", data={"kind": "sms", "value": "06 12 34 56 78"}).status_code == 200
    assert client.post(f"{address}/proof", data={"code": "123 45"}).status_code == 422
    assert client.post(f"{address}/proof", data={"code": code_of(app)}).status_code == 303
    page = client.get(address).text
    assert "SMS … 78" in page
    assert "0612345678" not in page.replace(" ", "")
    assert 'value="sms:' in ada.get(f"/inbox/tickets/SB-{number}").split('id="way"')[1].split("selected")[0]
    assert "The customer wants the answer by SMS" in ada.get(f"/inbox/tickets/SB-{number}")
    with app.app_context():
        assert db.session.scalars(select(AnswerChoice.channel)).one() == "sms"
        # One link is for one request: what holds for all of them needs more than that.
        assert db.session.scalars(select(Customer.preferred_channel).join(Ticket)).one() == ""


def test_only_ones_own_proven_contacts_can_be_chosen(app: Flask) -> None:
    has_channels(app)
    number, others = letter(app, now=clock.now()), letter(app, now=clock.now(), sender="dot@example.net")
    with app.app_context(), transaction() as session:
        mine = session.get_one(Ticket, number).customer_id
        session.add(Contact(customer_id=mine, kind="sms", value="+33611111111", created_at=clock.now()))
        dots = session.scalars(select(Contact).where(Contact.value == "dot@example.net")).one().id
        session.flush()
        claimed = session.scalars(select(Contact).where(Contact.kind == "sms")).one().id
    client, address = app.test_client(), f"{link(app, number)}/answers"
    for way in (f"email:{dots}", f"sms:{claimed}", "", "email:1x"):
        assert client.post(address, data={"way": way}).status_code == 422
    assert others != number
    with app.app_context():
        assert db.session.scalar(select(AnswerChoice)) is None


def test_somebody_elses_number_stays_theirs(app: Flask) -> None:
    has_channels(app)
    number, dots = letter(app, now=clock.now()), letter(app, now=clock.now(), sender="dot@example.net")
    with app.app_context(), transaction() as session:
        other = session.get_one(Ticket, dots).customer_id
        session.add(Contact(customer_id=other, kind="sms", value="+33612345678", created_at=clock.now()))
    client, address = app.test_client(), f"{link(app, number)}/answers"
    client.post(f"{address}/code", data={"kind": "sms", "value": "0612345678"})
    answer = client.post(f"{address}/proof", data={"code": code_of(app)})
    assert (answer.status_code, "known to us from another request" in answer.text) == (422, True)


def say_safely(ada: Browser, number: int) -> None:
    here = f"/inbox/tickets/SB-{number}"
    assert ada.post(here, f"{here}/replies", text=SECRET, safe="on").status_code == 303


def test_what_is_said_in_the_safe_place_leaves_no_other_way(app: Flask, ada: Browser) -> None:
    number = letter(app, now=clock.now())
    say_safely(ada, number)
    with app.app_context(), transaction() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.kind == "reply")).one()
        file = {"token": "f" * 32, "filename": "iban.txt", "content_type": "text/plain", "size": 2, "sha256": ""}
        session.add(Attachment(message_id=delivery.message_id, **file))
        session.flush()
        delivery.due_at = clock.now()
        outgoing = outgoing_of(session, delivery, session.scalars(select(Mailbox)).first())  # type: ignore[arg-type]  # there is one
    assert SECRET not in outgoing.text
    assert outgoing.files == ()
    assert "/safe" in outgoing.text
    assert SECRET in ada.get(f"/inbox/tickets/SB-{number}")
    client, page = app.test_client(), link(app, number)
    shown = client.get(page).text
    assert SECRET not in shown
    assert "Read it in the safe place" in shown
    assert "iban.txt" not in shown
    assert SECRET not in client.get(f"{page}/safe").text
    assert client.get(f"{page}/files/{'f' * 32}").status_code == 404


def test_a_code_opens_the_safe_place_in_one_browser(app: Flask, ada: Browser) -> None:
    number = letter(app, now=clock.now())
    say_safely(ada, number)
    with app.app_context(), transaction() as session:
        session.scalars(select(Delivery).where(Delivery.kind == "reply")).one().due_at = clock.now()
        contact = session.scalars(select(Contact).where(Contact.value == "cleo@example.org")).one().id
    page, client, dot = f"{link(app, number)}/safe", app.test_client(), app.test_client()
    assert dot.post(f"{page}/code", data={"contact": "999"}).status_code == 422
    assert "E-mail c…@example.org" in client.post(f"{page}/code", data={"contact": str(contact)}).text
    assert dot.post(f"{page}/proof", data={"code": "000000"}).status_code == 422
    assert client.post(f"{page}/proof", data={"code": code_of(app)}).status_code == 303
    assert SECRET in client.get(page).text
    assert SECRET not in dot.get(page).text
    assert client.post(f"{page}/messages", data={"message": "My birthday is in May."}).status_code == 303
    assert dot.post(f"{page}/messages", data={"message": "Let me in."}).status_code == 303
    assert "My birthday is in May." in client.get(page).text
    assert "birthday" not in client.get(link(app, number)).text
    with app.app_context():
        texts = db.session.scalars(select(Message.text).where(Message.kind == "customer")).all()
    assert texts == ["It has not come.", "My birthday is in May."]


def test_no_safe_place_where_nothing_is_proven(app: Flask, ada: Browser) -> None:
    has_channels(app)
    number = letter(app, now=clock.now())
    with app.app_context(), transaction() as session:
        session.scalars(select(Message).where(Message.ticket_id == number)).one().contact_id = None
    here = f"/inbox/tickets/SB-{number}"
    refused = ada.post(here, f"{here}/replies", text=SECRET, safe="on")
    assert refused.status_code == 400
    assert 'name="safe" checked' in refused.text
    with app.app_context():
        assert db.session.scalar(select(Delivery.id).where(Delivery.kind == "reply")) is None
