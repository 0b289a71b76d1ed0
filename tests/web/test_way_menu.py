"""The composer's "Answer by": what is open can be chosen, what is not says why, and the words fit the channel."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from supportbox import clock
from supportbox.inbox import receive
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.store import db, transaction
from tests.web.desk import Browser, letter

NUMBER = "+33612345678"


def talk(app: Flask, channel: str = "whatsapp", *, at: datetime | None = None, mail: bool = True) -> int:
    """Cleo wrote by a messenger; we know her mail address too."""
    at = at or clock.now()
    with app.app_context(), transaction() as session:
        for kind in ("whatsapp", "sms"):
            if session.scalar(select(Mailbox.id).where(Mailbox.channel == kind)) is None:
                session.add(Mailbox(address=f"{kind}:+33939011234", channel=kind, created_at=at))
        session.flush()
        box = session.scalars(select(Mailbox).where(Mailbox.channel == channel)).one()
        incoming = Incoming(channel, Sender(channel, NUMBER, "Cleo"), "Lid", "The lid is broken.", at,
                            mailbox_id=box.id, clues=Clues(goes_on=True))  # fmt: skip
        receipt = receive(session, incoming, now=at)
        ticket = session.get_one(Ticket, receipt.ticket_id)
        if mail:
            session.add(Contact(customer_id=ticket.customer_id, kind="email", value="cleo@home.example", created_at=at))
    assert receipt.ticket_id
    return receipt.ticket_id


def answer(ada: Browser, number: int, **fields: str) -> tuple[int, str]:
    here = f"/inbox/tickets/SB-{number}"
    sent = ada.post(here, f"{here}/replies", text="A new one is on its way.", **fields)
    return sent.status_code, sent.text


def deliveries(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(Delivery).where(Delivery.kind == "reply").order_by(Delivery.id))
        return [(row.channel, row.receiver) for row in rows]


def test_whoever_only_writes_letters_costs_no_menu(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    assert 'name="way"' not in ada.get(f"/inbox/tickets/SB-{number}")


def test_the_menu_offers_where_they_wrote_last(app: Flask, ada: Browser) -> None:
    page = ada.get(f"/inbox/tickets/SB-{talk(app)}")
    assert "selected>WhatsApp 06 12 34 56 78</option>" in page
    assert '<option value="email">E-mail</option>' in page


def test_an_answer_goes_by_the_way_that_was_chosen(app: Flask, ada: Browser) -> None:
    number = talk(app)
    assert answer(ada, number, way="email")[0] == 303
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "whatsapp")).one().id
    assert answer(ada, number, way=f"whatsapp:{contact}")[0] == 303
    assert deliveries(app) == [("email", "cleo@home.example"), ("whatsapp", NUMBER)]
    with app.app_context():
        query = select(Message.channel).where(Message.kind == "agent").order_by(Message.id)
        assert list(db.session.scalars(query)) == ["email", "whatsapp"]


def test_a_closed_way_says_why_and_takes_nothing(app: Flask, ada: Browser) -> None:
    number = talk(app, at=clock.now() - timedelta(hours=25))
    page = ada.get(f"/inbox/tickets/SB-{number}")
    assert "The 24 hours after the customer’s last words are over." in page
    assert 'value="email" selected' in page
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "whatsapp")).one().id
    status, text = answer(ada, number, way=f"whatsapp:{contact}")
    assert status == 400
    assert "24 hours" in text
    assert "A new one is on its way." in text
    assert deliveries(app) == []


def test_a_text_longer_than_its_channel_takes_is_stopped_before_it_leaves(app: Flask, ada: Browser) -> None:
    number = talk(app, "sms")
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "sms")).one().id
    here = f"/inbox/tickets/SB-{number}"
    assert f'value="sms:{contact}" data-longest="1600" selected' in ada.get(here)
    sent = ada.post(here, f"{here}/replies", text="x" * 1601, way=f"sms:{contact}")
    assert sent.status_code == 400
    assert "at most 1600 characters" in sent.text
    assert deliveries(app) == []


def test_copies_are_not_lost_without_a_word(app: Flask, ada: Browser) -> None:
    number = talk(app, "sms")
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.kind == "sms")).one().id
    status, text = answer(ada, number, way=f"sms:{contact}", cc="dot@example.org")
    assert (status, "Copies go by mail only" in text) == (400, True)
    assert deliveries(app) == []


def test_an_answer_says_when_it_was_read(app: Flask, ada: Browser) -> None:
    number = talk(app, "sms")
    answer(ada, number)
    read = clock.now()
    with app.app_context(), transaction() as session:
        delivery = session.scalars(select(Delivery)).one()
        delivery.state, delivery.sent_at, delivery.read_at = "sent", read, read
    assert "Read " in ada.get(f"/inbox/tickets/SB-{number}")


def test_a_list_says_by_which_channel_and_shows_only_that(app: Flask, ada: Browser) -> None:
    texted, mailed = talk(app, "sms"), letter(app, now=clock.now())
    page = ada.get("/inbox/")
    assert page.count('<span class="pill by">SMS</span>') == 1
    assert '<option value="sms">SMS</option>' in page
    found = ada.get("/inbox/unassigned?channel=sms")
    assert f"/SB-{texted}" in found
    assert f"/SB-{mailed}" not in found
    assert f"/SB-{mailed}" in ada.get("/inbox/unassigned?channel=email")
