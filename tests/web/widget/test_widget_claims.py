"""Addresses and accounts of visitors: a claim opens nothing, a proof what is theirs, a site's word its account."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta

from flask import Flask

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.inbox.chat_mail import hand_over
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.receive import receive
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.visitor import Visitor
from supportbox.store import transaction
from supportbox.work.outgoing import outgoing_of
from tests.web.desk import letter
from tests.web.widget.conftest import SECRET, Guest, rows
from tests.web.widget.test_widget_talk import answer


def link_of(app: Flask) -> str:
    """The address in the letter that was queued last."""
    sealed = rows(app, DeskLetter)[-1].text
    found = re.search(r"/widget/confirm/\S+", unseal(app.extensions["settings"], sealed))
    assert found
    return found[0]


def jwt(secret: str = SECRET, *, alg: str = "HS256", **said: object) -> str:
    """A token as a site makes it."""
    now = clock.now().timestamp()
    body = {"aud": "widget", "sub": "wp:1:7", "name": "Cleo", "email": "cleo@example.org", "exp": now + 600, **said}
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": alg}, body)]
    mark = hmac.digest(secret.encode(), ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, base64.urlsafe_b64encode(mark).decode().rstrip("=")])


def test_a_claim_opens_nothing_and_its_link_does_once(chat: Flask, cleo: Guest) -> None:
    old = letter(chat, now=clock.now(), subject="My old request")
    cleo.say("It is me again.")
    assert cleo.post("address", email="cleo@example.org", name="Cleo").status_code == 200
    assert cleo.post("requests").status_code == 405
    requests = {"headers": {"X-Visitor": cleo.token}}
    client = chat.test_client()
    assert client.get("/widget/requests", **requests).json == {"requests": []}
    assert cleo.news()["confirmed"] is False
    link = link_of(chat)
    assert "cleo@example.org" in client.get(link).text
    assert cleo.news()["confirmed"] is False
    assert client.post(link).status_code == 200
    assert client.post(link).status_code == 404
    assert cleo.news()["confirmed"] is True
    found = client.get("/widget/requests", **requests).json["requests"]
    assert [one["reference"] for one in found] == [f"SB-{old + 1}", f"SB-{old}"]
    assert client.get(found[1]["href"]).status_code == 200
    assert len({ticket.customer_id for ticket in rows(chat, Ticket)}) == 1
    assert next(one for one in rows(chat, Contact) if one.value == "cleo@example.org").verified_how == "link"


def test_what_was_not_fetched_goes_in_one_letter_without_the_visitors_words(chat: Flask, cleo: Guest) -> None:
    cleo.say("Spam words for a stranger")
    cleo.post("address", email="stranger@example.net")
    answer(chat, "First.")
    answer(chat, "Second.")
    later = clock.now() + timedelta(minutes=3)
    with chat.app_context(), transaction() as session:
        hand_over(session, now=later)
    letters = [one for one in rows(chat, Delivery) if one.kind == "reply"]
    assert [(one.channel, one.receiver, one.state) for one in letters] == [("email", "stranger@example.net", "queued")]
    with chat.app_context(), transaction() as session:
        from supportbox.inbox.mailbox import Mailbox

        outgoing = outgoing_of(session, session.get_one(Delivery, letters[0].id), session.get_one(Mailbox, 1))
    assert outgoing.text == "First.\n\nSecond."
    assert "Spam" not in outgoing.subject + outgoing.text + outgoing.quoted
    assert not any(one.value == "stranger@example.net" for one in rows(chat, Contact))


def test_without_an_address_the_words_wait_for_their_return(chat: Flask, cleo: Guest) -> None:
    cleo.say("Hello?")
    number = answer(chat, "Here we are.")
    with chat.app_context(), transaction() as session:
        hand_over(session, now=clock.now() + timedelta(minutes=3))
    (delivery,) = rows(chat, Delivery)
    assert (delivery.channel, delivery.state) == ("chat", "queued")
    cleo.news(seen=number)
    assert rows(chat, Delivery)[0].state == "sent"


def test_an_answer_from_the_claimed_address_proves_it_and_stays_in_the_ticket(chat: Flask, cleo: Guest) -> None:
    cleo.say("Where is my lid?")
    cleo.post("address", email="new@example.org")
    (ticket,) = rows(chat, Ticket)
    incoming = Incoming(
        "email", Sender("email", "new@example.org", "Cleo"), "Re: Your chat", "Thank you.", clock.now(), mailbox_id=1
    )
    forged = Clues(signed_tickets=(ticket.id,))
    for proven, is_confirmed in ((False, False), (None, True)):
        with chat.app_context(), transaction() as session:
            from dataclasses import replace

            receive(session, replace(incoming, clues=forged, is_sender_proven=proven), now=clock.now())
        assert (rows(chat, Visitor)[0].confirmed_at is not None) is is_confirmed
    assert [message.text for message in rows(chat, Message) if message.ticket_id == ticket.id] == [
        "Where is my lid?",
        "Thank you.",
    ]
    assert cleo.words() == ["Where is my lid?", "Thank you."]


def test_a_site_vouches_for_an_account_and_its_history_follows(chat: Flask, cleo: Guest, dot: Guest) -> None:
    cleo.say("Before I signed in.")
    assert cleo.post("identity", identity=jwt()).status_code == 200
    phone = Guest(chat)
    assert phone.post("identity", identity=jwt()).status_code == 200
    assert phone.words() == ["Before I signed in."]
    assert phone.news()["confirmed"] is False
    assert cleo.post("identity", identity=jwt(sub="wp:1:8")).status_code == 409
    assert dot.post("identity", identity=jwt(sub="wp:1:8")).status_code == 200
    assert dot.words() == []


def test_no_other_word_counts(chat: Flask, dot: Guest) -> None:
    moment = clock.now().timestamp()
    wrong = [
        jwt("another secret"), jwt(alg="none"), jwt(aud="shop"), jwt(exp=moment - 120), jwt(exp=moment + 90_000),
        jwt(sub=""), jwt()[:-2], "", "a.b.c", jwt().rsplit(".", 1)[0] + ".",
    ]  # fmt: skip
    assert {dot.post("identity", identity=one).status_code for one in wrong} == {403}
    assert rows(chat, Visitor) == []


def test_a_message_is_left_once_and_a_call_is_asked_for(chat: Flask, dot: Guest) -> None:
    fields = {"email": "dot@example.net", "text": "Are you open on Monday?", "key": "0123456789abcdef"}
    first, again = dot.post("letters", **fields), dot.post("letters", **fields)
    assert first.json
    assert chat.test_client().get(first.json["href"]).status_code == 200
    assert again.json == {"href": ""}
    assert len(rows(chat, Ticket)) == 1
    assert dot.post("calls", phone="06 12 34 56 78", text="The lid").status_code == 200
    assert dot.post("calls", phone="12").status_code == 400
