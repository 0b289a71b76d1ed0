"""A talk by the widget: each message once, only to whom it belongs, and nothing written for being asked."""

from datetime import timedelta

import pytest
from flask import Flask

from supportbox import clock
from supportbox.errors import Conflict
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.reply import reply, undo
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer
from supportbox.people.visitor import Visitor
from supportbox.store import db, transaction
from tests.web.desk import Browser
from tests.web.widget.conftest import Guest, rows


def answer(app: Flask, text: str = "It is on its way.", *, is_note: bool = False, number: int | None = None) -> int:
    """Ada answers by the way that fits best."""
    with app.app_context():
        db.session.remove()
        with transaction() as session:
            ticket = session.get_one(Ticket, number or session.query(Ticket.id).order_by(Ticket.id.desc()).first()[0])
            ada = session.query(Agent).filter_by(name="Ada").one()
            return reply(session, ticket, ada, text, now=clock.now(), is_note=is_note).id


def test_each_message_is_there_once_however_often_it_is_sent(chat: Flask, cleo: Guest) -> None:
    first = cleo.say("Where is my lid?", "k1-first-words")
    again = cleo.say("Where is my lid?", "k1-first-words")
    cleo.say("And my cup?", "k2-second-words")
    assert first.json == again.json
    assert [message.text for message in rows(chat, Message)] == ["Where is my lid?", "And my cup?"]
    (ticket,) = rows(chat, Ticket)
    assert (ticket.subject, ticket.message_count, ticket.status) == ("Where is my lid?", 2, "open")
    assert "subject" not in rows(chat, Message)[1].facts


def test_looking_and_asking_leave_nothing_behind(chat: Flask, cleo: Guest) -> None:
    before = len(rows(chat, Customer))
    panel = chat.test_client().get("/widget/panel?lang=en&host=https://shop.example")
    assert panel.status_code == cleo.poll().status_code == 200
    assert "Set-Cookie" not in panel.headers
    assert "Set-Cookie" not in cleo.poll().headers
    assert rows(chat, Visitor) == []
    assert len(rows(chat, Customer)) == before


def test_answers_come_with_the_next_question_and_are_noted_once_they_were_shown(chat: Flask, cleo: Guest) -> None:
    cleo.say("Where is my lid?")
    number = answer(chat, "See [our page](https://shop.example/lids).")
    news = cleo.news()
    assert [message["html"] for message in news["messages"]][1].startswith('<p>See <a href="https://shop.example/lids"')
    (delivery,) = rows(chat, Delivery)
    assert (delivery.channel, delivery.state) == ("chat", "queued")
    assert delivery.due_at - delivery.created_at == timedelta(minutes=2)
    assert cleo.news(after=number, seen=number)["messages"] == []
    (delivery,) = rows(chat, Delivery)
    assert (delivery.state, delivery.delivered_at is not None) == ("sent", True)


def test_the_same_news_are_304_and_nothing_of_a_poll_is_written(chat: Flask, cleo: Guest) -> None:
    cleo.say("Where is my lid?")
    tag = cleo.poll(after=99).headers["ETag"]
    assert cleo.poll(after=99, tag=tag).status_code == 304
    seen = rows(chat, Visitor)[0].seen_at
    for _ in range(5):
        cleo.poll(after=99)
    assert rows(chat, Visitor)[0].seen_at == seen


def test_a_visitor_reads_neither_notes_nor_anybody_elses_words(chat: Flask, cleo: Guest, dot: Guest) -> None:
    cleo.say("My card ends in 4242.")
    answer(chat, "She sounds angry.", is_note=True)
    dot.say("What did she say?")
    assert cleo.words() == ["My card ends in 4242."]
    assert dot.words() == ["What did she say?"]
    assert Guest(chat, token="x" * 43).words() == Guest(chat, token="").words() == []
    assert len({ticket.customer_id for ticket in rows(chat, Ticket)}) == 2


def test_an_answer_in_a_chat_cannot_be_taken_back(chat: Flask, cleo: Guest) -> None:
    cleo.say("Where is my lid?")
    number = answer(chat)
    with chat.app_context(), transaction() as session:
        ada = session.query(Agent).filter_by(name="Ada").one()
        with pytest.raises(Conflict, match="at once"):
            undo(session, session.get_one(Message, number), ada, now=clock.now())


def test_too_much_from_one_visitor_or_place_is_put_off(chat: Flask, cleo: Guest) -> None:
    said = [cleo.say(f"Number {n}").status_code for n in range(21)]
    assert said == [200] * 20 + [429]
    visitors = [Guest(chat).say("Hello there").status_code for _ in range(60)]
    assert visitors[-1] == 429
    assert visitors[0] == 200


def test_words_from_another_site_are_refused_and_no_words_are_no_message(chat: Flask, cleo: Guest) -> None:
    headers = {"X-Visitor": cleo.token, "Origin": "https://evil.example"}
    fields = {"text": "Hello", "key": "k1-from-elsewhere"}
    assert chat.test_client().post("/widget/talk", data=fields, headers=headers).status_code == 403
    assert cleo.say("   ").status_code == cleo.say("Hello", "bad key!").status_code == 400
    assert Guest(chat, token="short").say("Hello").status_code == 400
    assert rows(chat, Message) == []


def test_markup_is_text_on_both_sides(chat: Flask, cleo: Guest, ada: Browser) -> None:
    cleo.say("<img src=x onerror=alert(1)>")
    answer(chat, "<b>No</b>")
    assert all("<b>" not in words and "<img" not in words for words in cleo.words())
    assert "<img src=x" not in ada.get(f"/inbox/tickets/SB-{rows(chat, Ticket)[0].id}")


def test_an_agent_answers_from_the_chat_line_and_sees_who_types_where(chat: Flask, cleo: Guest, ada: Browser) -> None:
    cleo.say("Where is my lid?")
    address = f"/inbox/tickets/SB-{rows(chat, Ticket)[0].id}"
    page = ada.get(address)
    assert 'id="chatting"' in page
    cleo.poll(page="https://shop.example/lids", title="Lids", typing="1")
    news = ada.client.get(f"{address}/chat?after=0").json
    assert news["typing"] is True
    assert "Lids" in news["line"]
    assert "Where is my lid?" in news["html"]
    assert ada.client.get(f"{address}/chat?typing=1&after={news['after']}").json["html"] == ""
    assert cleo.news()["typing"] == "Ada"
    assert cleo.news()["there"] == ["Ada"]
    assert ada.post(address, f"{address}/chat", text="On its way.").status_code == 303
    assert "On its way." in cleo.words()[-1]
    (ticket,) = rows(chat, Ticket)
    assert (ticket.status, ticket.waiting_since) == ("open", None)


def test_the_panel_is_for_listed_sites_only(chat: Flask) -> None:
    client = chat.test_client()
    policy = client.get("/widget/panel?host=https://shop.example").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "unsafe" not in policy
    assert 'data-host="https://shop.example"' in client.get("/widget/panel?host=https://shop.example").text
    assert 'data-host=""' in client.get("/widget/panel?host=https://evil.example").text
    assert "frame-ancestors 'none'" in client.get("/contact").headers["Content-Security-Policy"]


def test_it_is_small_and_off_means_off(chat: Flask) -> None:
    client = chat.test_client()
    script = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert len(script.data) <= 4096
    panel = client.get("/widget/panel?lang=fr")
    parts = [client.get(path).data for path in ("/widget/panel.css", "/static/panel.js")]
    assert len(panel.data) + sum(map(len, parts)) <= 40_000
    with chat.app_context(), transaction() as session:
        from supportbox.inbox.chat import find_mailbox

        mailbox = find_mailbox(session)
        assert mailbox
        mailbox.is_active = False
    chat.extensions.pop("widget", None)
    assert client.get("/widget/panel").status_code == client.get("/widget/talk").status_code == 404
    assert len(client.get("/widget.js").data) < 50
