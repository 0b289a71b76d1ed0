"""The ticket's page: everything said and done in it, and what an agent can do there without scripts."""

import re
from datetime import datetime, timedelta

from flask import Flask

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.store import db, transaction
from tests.web.desk import Browser, form_fields, letter, sign_in


def address(number: int) -> str:
    return f"/inbox/tickets/SB-{number}"


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.query(model).count()


def test_a_reply_is_queued_and_the_ticket_waits(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    assert ada.post(page, f"{page}/replies", text="It left <today>.", then="waiting").status_code == 303
    assert "It left &lt;today&gt;." in ada.get(page)
    with app.app_context():
        delivery = db.session.query(Delivery).filter_by(kind="reply").one()
        assert (delivery.receiver, delivery.state) == ("cleo@example.org", "queued")
        assert db.session.get_one(Ticket, number).status == "waiting"


def test_undo_puts_the_text_back_into_the_composer(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)
    ada.post(page, f"{page}/replies", text="It left <today>.", then="waiting")
    undo = re.findall(r'action="([^"]*/replies/\d+/delete)"', ada.get(page))[0]
    back = ada.post(page, undo)
    assert back.status_code == 200
    assert ">It left &lt;today&gt;.</textarea>" in back.text
    assert "never sent" in back.text
    with app.app_context():
        assert db.session.query(Delivery).filter_by(kind="reply").one().state == "cancelled"
    assert ada.client.post(undo, data=form_fields(back.text, f"{page}/notes")).status_code == 409


def test_the_same_form_twice_is_one_letter(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    form = {**form_fields(ada.get(page), f"{page}/replies"), "text": "Once.", "then": "open"}
    for _ in range(3):
        assert ada.client.post(f"{page}/replies", data=form).status_code == 303
    with app.app_context():
        assert db.session.query(Message).filter_by(kind="agent").count() == 1
        assert db.session.query(Delivery).filter_by(kind="reply").count() == 1


def test_a_reply_stops_when_something_new_arrived(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    form = {**form_fields(ada.get(page), f"{page}/replies"), "text": "My <long> answer", "then": "waiting"}
    ben = sign_in(app, "ben@shop.example")
    ben.post(page, f"{page}/replies", text="Ben was quicker", then="waiting")
    stopped = ada.client.post(f"{page}/replies", data=form)
    assert stopped.status_code == 409
    assert "Something new arrived" in stopped.text
    assert "My &lt;long&gt; answer</textarea>" in stopped.text
    assert "Ben was quicker" in stopped.text
    again = {**form_fields(stopped.text, f"{page}/replies"), "text": "My answer, then", "then": "waiting"}
    assert ada.client.post(f"{page}/replies", data=again).status_code == 303


def test_nothing_to_send_is_said_and_nothing_is_lost(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    empty = ada.post(page, f"{page}/replies", text="  \n ")
    assert empty.status_code == 400
    assert "write a few words first" in empty.text
    assert count(app, Message) == 1


def test_a_note_is_never_a_letter(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    before = count(app, Delivery)
    assert ada.post(page, f"{page}/notes", text="She is a friend of Ben's", then="closed").status_code == 303
    assert count(app, Delivery) == before
    assert 'class="message note"' in ada.get(page)


def test_light_agents_note_but_never_reply(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    with app.app_context(), transaction() as session:
        session.query(Agent).filter_by(email="ben@shop.example").one().role = "light"
    ben = sign_in(app, "ben@shop.example")
    assert f"{page}/replies" not in ben.get(page)
    form = {**form_fields(ben.get(page), f"{page}/notes"), "text": "I try", "then": "open"}
    refused = ben.client.post(f"{page}/replies", data=form)
    assert refused.status_code == 403
    assert ben.client.post(f"{page}/notes", data=form).status_code == 303


def test_close_reopen_assign_tag_snooze_spam(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now)
    page = address(number)

    def now_is() -> tuple[str, int | None, bool]:
        with app.app_context():
            ticket = db.session.get_one(Ticket, number)
            return ticket.status, ticket.assignee_id, ticket.snoozed_until is not None

    following = ada.post(page, f"{page}/closure", next="/inbox/mine").location
    assert following == f"/inbox/mine?closed={number}"
    assert now_is() == ("closed", None, False)
    assert f"SB-{number} is closed." in ada.get(following)
    ada.post(following, f"{page}/closure/delete")
    ada.post(page, f"{page}/assignment", agent="2")
    assert now_is() == ("open", 2, False)
    ada.post(page, f"{page}/assignment", agent="me")
    assert now_is() == ("open", 1, False)
    ada.post(page, f"{page}/snooze", **{"for": "2h"})
    assert now_is() == ("open", 1, True)
    ada.post(page, f"{page}/snooze/delete")
    ada.post(page, f"{page}/tags", tag="Été & co")
    assert "été &amp; co" in ada.get(page)
    ada.post(page, f"{page}/tags/%C3%A9t%C3%A9%20%26%20co/delete")
    ada.post(page, f"{page}/spam")
    assert now_is() == ("spam", 1, False)
    shown = ada.get(page)
    for sentence in ("Ada closed it", "Ada reopened it", "Ada assigned it to Ben", "Ada added the tag “été &amp; co”"):
        assert sentence in shown


def test_wrong_changes_get_one_sentence(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    for action, field, value in (("assignment", "agent", "99"), ("snooze", "for", "never"), ("tags", "tag", "x" * 60)):
        answer = ada.post(page, f"{page}/{action}", **{field: value})
        assert answer.status_code == 400, action
        assert 'role="alert"' in answer.text
    form = form_fields(ada.get(page), f"{page}/notes")
    assert ada.client.post("/inbox/tickets/SB-999/replies", data={**form, "text": "x"}).status_code == 404
    assert ada.client.get("/inbox/tickets/SB-999").status_code == 404


def test_quoted_words_are_folded(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, text="Thanks!\n\nOn Monday Ada wrote:\n> It left.", visible_text="Thanks!")
    page = ada.get(address(number))
    new, folded = page.split("Show quoted text")
    assert "Thanks!" in new
    assert "It left." not in new
    assert "&gt; It left." in folded


def test_looking_marks_as_seen(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    ada.get(page)
    assert 'class="row unread"' not in ada.get("/inbox/")


def test_fetching_ahead_marks_as_seen_only_when_shown(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    ada.get(page, **{"Sec-Purpose": "prefetch"})
    assert 'class="row unread"' in ada.get("/inbox/")
    assert (
        ada.client.post(
            f"{page}/seen", data=form_fields(ada.get(page, **{"Sec-Purpose": "prefetch"}), f"{page}/notes")
        ).status_code
        == 204
    )
    assert 'class="row unread"' not in ada.get("/inbox/")


def test_a_failed_letter_is_red_and_can_be_sent_again(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    ada.post(page, f"{page}/replies", text="Hello", then="waiting")
    with app.app_context(), transaction() as session:
        delivery = session.query(Delivery).filter_by(kind="reply").one()
        delivery.state, delivery.last_error = "failed", "550 no such <user>"
    shown = ada.get(page)
    assert "550 no such &lt;user&gt;" in shown
    retry = re.findall(r'action="([^"]*/retry)"', shown)[0]
    assert ada.post(page, retry).status_code == 303
    with app.app_context():
        assert db.session.query(Delivery).filter_by(kind="reply").one().state == "queued"


def test_a_mistyped_address_is_put_right_where_it_failed(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    ada.post(page, f"{page}/replies", text="Hello", then="waiting")
    with app.app_context(), transaction() as session:
        session.query(Delivery).filter_by(kind="reply").one().state = "failed"
    retry = re.findall(r'action="([^"]*/retry)"', ada.get(page))[0]
    assert ada.post(page, retry, address="nobody").status_code == 400
    assert ada.post(page, retry, address=" Cleo@Example.com ").status_code == 303
    with app.app_context():
        delivery = db.session.query(Delivery).filter_by(kind="reply").one()
        assert (delivery.receiver, delivery.state) == ("cleo@example.com", "queued")
    assert ada.post(page, f"{page}/notes", text="x").status_code == 303
    form = form_fields(ada.get(page), f"{page}/notes")
    assert ada.client.post(retry, data={**form, "address": "dot@example.net"}).status_code == 409


def test_a_merged_ticket_leads_on(app: Flask, ada: Browser, now: datetime) -> None:
    old, new = letter(app, now=now), letter(app, now=now, subject="Another")
    with app.app_context(), transaction() as session:
        session.get_one(Ticket, old).merged_into_id = new
    assert ada.client.get(address(old)).location == f"{address(new)}?from={old}"


def test_long_tickets_show_their_end_first(app: Flask, ada: Browser, now: datetime) -> None:
    number = letter(app, now=now, text="the very first words")
    with app.app_context(), transaction() as session:
        session.add_all(
            Message(ticket_id=number, kind="customer", channel="email", at=now + timedelta(minutes=i), text=f"word {i}")
            for i in range(1, 61)
        )
        session.get_one(Ticket, number).message_count = 61
    page = ada.get(address(number))
    assert "the very first words" not in page
    assert "Show 11 older messages" in page
    assert "the very first words" in ada.get(address(number) + "?all=1")


def test_ticket_pages_are_not_stored(app: Flask, ada: Browser, now: datetime) -> None:
    assert ada.client.get(address(letter(app, now=now))).headers["Cache-Control"] == "no-store"


def test_notes_about_a_customer(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    customer = re.findall(r"/inbox/customers/\d+", ada.get(page))[0]
    assert ada.post(page, f"{customer}/notes", notes="Prefers to be <called>").location == page
    assert "Prefers to be &lt;called&gt;" in ada.get(page)
    assert "Where is my parcel?" in ada.get(customer)


def test_what_nobody_may_do_stands_above_the_composer_and_in_a_call(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    customer = re.findall(r"/inbox/customers/\d+", ada.get(page))[0]
    assert 'class="fate bad caution"' not in ada.get(page)
    ada.post(page, f"{customer}/notes", notes="Kind", caution="Do not <call>\n before ten ")
    above = ada.get(page).partition('id="composer"')[0].partition('class="fate bad caution"')[2]
    assert "Do not &lt;call&gt; before ten" in above
    assert "Do not &lt;call&gt; before ten" in ada.get("/inbox/calls/who?who=cleo@example.org")
    ada.post(page, f"{customer}/notes", notes="Kind", caution="")
    assert 'class="fate bad caution"' not in ada.get(page)


def test_who_was_signed_out_meanwhile_keeps_the_text(app: Flask, ada: Browser, now: datetime) -> None:
    page = address(letter(app, now=now))
    form = {**form_fields(ada.get(page), f"{page}/replies"), "text": "Half an <hour> of work"}
    ada.client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    answer = ada.client.post(f"{page}/replies", data=form)
    assert answer.status_code == 401
    assert "Half an &lt;hour&gt; of work</textarea>" in answer.text
    assert f'name="next" value="{page}"' in answer.text
    assert count(app, Message) == 1
