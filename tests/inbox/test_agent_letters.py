"""Agents at their own mail program: what they may do there, and what nobody else can in their name."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.suppression import count_bounce
from supportbox.inbox.ticket import Ticket
from supportbox.mail import tokens
from supportbox.people.contact import Contact
from tests.mailroom import KEY, SERVER, Mailroom, letter

ADA, CLEO = "Ada <ada@shop.example>", "Cleo <cleo@example.org>"
PROOF = {"Authentication_Results": f"{SERVER}; dmarc=pass header.from=shop.example"}
FORWARDED = (
    "Can somebody take this?\n\n---------- Forwarded message ---------\n"
    "From: Eve <eve@home.example>\nSubject: Lid\n\nMine is broken."
)


@pytest.fixture
def opened(mailroom: Mailroom, now: datetime) -> Ticket:
    """Cleo's ticket in a desk whose mail server judges senders."""
    mailroom.servers = (SERVER,)
    receipt = mailroom.take(letter(CLEO, "Blue bowl", "It is in two pieces.", Message_ID="<first@example.org>"), now)
    return mailroom.session.get_one(Ticket, receipt.ticket_id)


def address(mailroom: Mailroom, ticket: Ticket) -> str:
    return tokens.agent_address(KEY, "support@shop.example", ticket.id, mailroom.people.ada.id)


def replies(mailroom: Mailroom) -> list[tuple[str, str]]:
    query = select(Delivery.receiver, Message.text).join(Message, Message.id == Delivery.message_id)
    return [(receiver, text) for receiver, text in mailroom.session.execute(query.order_by(Delivery.id))]


def test_an_agents_answer_to_her_own_address_goes_to_the_customer_once(
    mailroom: Mailroom, opened: Ticket, now: datetime
) -> None:
    text = "We send a new one.\n\nOn Monday, Cleo <cleo@example.org> wrote:\n> It is in two pieces."
    raw = letter(ADA, "Re: Blue bowl", text, to=address(mailroom, opened), Message_ID="<a@shop.example>", **PROOF)
    first, second = mailroom.take(raw, now), mailroom.take(raw, now)
    assert replies(mailroom) == [("cleo@example.org", "We send a new one.")]
    assert first.ticket_id == second.ticket_id == opened.id and first.message_id == second.message_id
    message = mailroom.session.get_one(Message, first.message_id)
    assert (message.kind, message.agent_id, opened.status) == ("agent", mailroom.people.ada.id, "waiting")


def test_a_light_agents_answer_becomes_a_note(mailroom: Mailroom, opened: Ticket, now: datetime) -> None:
    mailroom.people.ada.role = "light"
    receipt = mailroom.take(letter(ADA, "Re: x", "She is a friend.", to=address(mailroom, opened), **PROOF), now)
    assert mailroom.session.get_one(Message, receipt.message_id).kind == "note"
    assert receipt.ticket_id == opened.id and replies(mailroom) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authentication_Results": f"{SERVER}; dmarc=fail header.from=shop.example"},
        {"Authentication_Results": f"{SERVER}; dmarc=none; spf=pass"},
        {"Authentication_Results": f"{SERVER}; dkim=pass header.d=evil.example"},
        {"Authentication_Results": "mx.evil.example; dmarc=pass header.from=shop.example"},
        PROOF | {"Auto_Submitted": "auto-replied"},
        PROOF | {"From": "eve@evil.example"},
    ],
)
def test_without_her_domains_word_it_is_an_ordinary_letter_with_a_flag(
    mailroom: Mailroom, opened: Ticket, now: datetime, headers: dict[str, str]
) -> None:
    receipt = mailroom.take(letter(ADA, "Re: Blue bowl", "Send money.", to=address(mailroom, opened), **headers), now)
    made = mailroom.session.get_one(Ticket, receipt.ticket_id)
    assert receipt.is_new_ticket and made.may_belong_to_id == opened.id
    assert receipt.reason.startswith("A new ticket:") and replies(mailroom) == []
    assert not [receiver for receiver, _ in mailroom.send_due(now) if receiver != "cleo@example.org"]


@pytest.mark.parametrize("sender", ["Ben <ben@shop.example>", "Dot <dot@example.net>", CLEO])
def test_her_address_is_of_no_use_to_others(mailroom: Mailroom, opened: Ticket, now: datetime, sender: str) -> None:
    domain = sender.rpartition("@")[2].rstrip(">")
    proof = {"Authentication_Results": f"{SERVER}; dmarc=pass header.from={domain}"}
    receipt = mailroom.take(letter(sender, "Re: Blue bowl", "I am Ada.", to=address(mailroom, opened), **proof), now)
    assert receipt.is_new_ticket and replies(mailroom) == []


def test_her_letters_to_a_customers_reply_address_give_her_no_powers(
    mailroom: Mailroom, opened: Ticket, now: datetime
) -> None:
    to = tokens.plus_address(KEY, "support@shop.example", opened.id)
    receipt = mailroom.take(letter(ADA, "Re: Blue bowl", "Hello", to=to, **PROOF), now)
    message = mailroom.session.get_one(Message, receipt.message_id)
    assert (message.kind, message.facts["third_party"]) == ("customer", True)
    assert replies(mailroom) == []


def test_an_answer_that_cannot_be_sent_is_kept_and_says_why(mailroom: Mailroom, opened: Ticket, now: datetime) -> None:
    for _ in range(3):
        delivery = mailroom.answer(opened.id, "Hello", now)
        count_bounce(mailroom.session, delivery.id, delivery.receiver, now=now)
    receipt = mailroom.take(letter(ADA, "Re: x", "Again.", to=address(mailroom, opened), **PROOF), now)
    assert receipt.is_new_ticket and "came back for good" in receipt.reason
    assert len(replies(mailroom)) == 3


def test_an_agent_passes_a_letter_on_and_keeps_her_own_words_to_the_desk(
    mailroom: Mailroom, opened: Ticket, now: datetime
) -> None:
    raw = letter(ADA, "Fwd: Lid", FORWARDED, In_Reply_To="<first@example.org>", **PROOF)
    receipt = mailroom.take(raw, now)
    ticket = mailroom.session.get_one(Ticket, receipt.ticket_id)
    eve = mailroom.session.scalars(select(Contact).where(Contact.value == "eve@home.example")).one()
    assert receipt.is_new_ticket and (ticket.customer_id, eve.verified_at) == (eve.customer_id, None)
    theirs, ours = mailroom.session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id))
    assert (theirs.kind, theirs.sender_value) == ("customer", "eve@home.example")
    assert theirs.text.endswith("Mine is broken.") and "take this" not in theirs.text
    assert "passed on by Ada" in theirs.facts["match"] and theirs.facts["proven"] is None
    assert (ours.kind, ours.text, ours.agent_id) == ("note", "Can somebody take this?", mailroom.people.ada.id)
    assert "eve@home.example" not in [receiver for receiver, _ in mailroom.send_due(now)]


@pytest.mark.parametrize(
    ("sender", "proof"),
    [(ADA, {}), ("Dot <dot@example.net>", {"Authentication_Results": f"{SERVER}; dmarc=pass header.from=example.net"})],
)
def test_nobody_else_makes_customers_of_others(
    mailroom: Mailroom, opened: Ticket, now: datetime, sender: str, proof: dict[str, str]
) -> None:
    receipt = mailroom.take(letter(sender, "Fwd: Lid", FORWARDED, **proof), now)
    message = mailroom.session.get_one(Message, receipt.message_id)
    assert message.sender_value in sender and "take this" in message.text
    assert not mailroom.session.scalar(select(func.count()).where(Contact.value == "eve@home.example"))


def test_what_an_agent_passes_on_from_a_colleague_stays_hers(mailroom: Mailroom, opened: Ticket, now: datetime) -> None:
    inside = FORWARDED.replace("eve@home.example", "ben@shop.example")
    incoming = mailroom.read(letter(ADA, "Fwd: Lid", inside, **PROOF), now)
    assert incoming.forward
    receipt = mailroom.take(letter(ADA, "Fwd: Lid", inside, **PROOF), now)
    assert mailroom.session.get_one(Message, receipt.message_id).sender_value == "ada@shop.example"


def test_a_letter_without_a_sender_joins_nothing(mailroom: Mailroom, opened: Ticket, now: datetime) -> None:
    first = mailroom.take(letter("", "Hello", Message_ID="<n@example.org>"), now)
    second = mailroom.take(letter("", "Re: Hello", In_Reply_To="<n@example.org>"), now)
    assert first.is_new_ticket and second.is_new_ticket


def test_a_letter_with_two_senders_joins_nothing(mailroom: Mailroom, opened: Ticket, now: datetime) -> None:
    mailroom.servers = ()
    to = tokens.plus_address(KEY, "support@shop.example", opened.id)
    two = letter(f"{CLEO}, dot@example.net", "Re: Blue bowl", to=to, In_Reply_To="<first@example.org>")
    assert mailroom.take(two, now).is_new_ticket
    incoming = mailroom.read(two, now)
    assert incoming.is_sender_proven is False and not incoming.may_acknowledge


def test_where_the_server_judges_letters_one_that_it_did_not_is_not_answered(
    mailroom: Mailroom, opened: Ticket, now: datetime
) -> None:
    assert not mailroom.read(letter(CLEO, "Hello"), now).may_acknowledge
    assert mailroom.read(letter(CLEO, "Hello", Authentication_Results=f"{SERVER}; spf=pass"), now).may_acknowledge
    mailroom.servers = ()
    assert mailroom.read(letter(CLEO, "Hello"), now).may_acknowledge
    assert replace(mailroom.read(letter(CLEO, "Hello"), now)).is_sender_proven is None
