"""Letters at the edge of a ticket: long closed, blocked, taken for spam, from ourselves, with copies, renamed."""

from datetime import datetime, timedelta

import pytest

from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.mail import tokens
from supportbox.people.trust import set_rule
from tests.mailroom import KEY, SERVER, Mailroom, letter

CLEO, DOT = "Cleo <cleo@example.org>", "Dot <dot@example.net>"


@pytest.fixture
def ticket(mailroom: Mailroom, now: datetime) -> Ticket:
    receipt = mailroom.take(letter(CLEO, "Blue bowl", Message_ID="<first@example.org>"), now)
    return mailroom.session.get_one(Ticket, receipt.ticket_id)


def reply_address(ticket: Ticket) -> str:
    return tokens.plus_address(KEY, "support@shop.example", ticket.id)


@pytest.mark.parametrize("sender", [CLEO, DOT])
def test_not_even_the_signed_address_opens_what_is_long_closed(
    mailroom: Mailroom, ticket: Ticket, now: datetime, sender: str
) -> None:
    ticket.close(by=mailroom.people.ada, at=now)
    mailroom.session.flush()
    receipt = mailroom.take(letter(sender, "Re: Blue bowl", to=reply_address(ticket)), now + timedelta(days=31))
    assert receipt.is_new_ticket and ticket.status == "closed"
    assert mailroom.session.get_one(Ticket, receipt.ticket_id).may_belong_to_id == ticket.id


def test_a_blocked_customer_joins_and_reopens_nothing(mailroom: Mailroom, ticket: Ticket, now: datetime) -> None:
    mailroom.answer(ticket.id, "Hello", now)
    set_rule(mailroom.session, "cleo@example.org", blocked=True, agent_id=None, now=now)
    receipt = mailroom.take(letter(CLEO, "Re: Blue bowl", In_Reply_To="<first@example.org>"), now)
    assert receipt.is_new_ticket and "blocked" in receipt.reason
    assert mailroom.session.get_one(Ticket, receipt.ticket_id).status == "spam"
    assert ticket.status == "waiting"


def test_spam_by_somebody_new_does_not_come_in_by_the_signed_address(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    raw = letter(DOT, "Cheap bowls", to=reply_address(ticket), X_Spam_Flag="YES")
    receipt = mailroom.take(raw, now)
    assert receipt.is_new_ticket
    assert mailroom.session.get_one(Ticket, receipt.ticket_id).status == "spam"


def test_a_mailbox_of_ours_is_nobodys_lost_reply(mailroom: Mailroom, now: datetime) -> None:
    ours = "Shop <support@shop.example>"
    first = mailroom.take(letter(ours, "Order 7"), now)
    assert mailroom.take(letter(ours, "Re: Order 7"), now).ticket_id != first.ticket_id
    cleos = mailroom.take(letter(CLEO, "Order 8"), now)
    assert mailroom.take(letter(CLEO, "Re: Order 8"), now).ticket_id == cleos.ticket_id


def test_a_form_whose_sender_failed_makes_nobody_a_customer(mailroom: Mailroom, now: datetime) -> None:
    mailroom.servers = (SERVER,)
    for said, customer in (("fail", "wordpress@shop.example"), ("pass", "cleo@example.org")):
        head = {"Reply_To": "cleo@example.org", "Authentication_Results": f"{SERVER}; dmarc={said}"}
        receipt = mailroom.take(letter("Site <wordpress@shop.example>", "Contact", **head), now)
        assert mailroom.session.get_one(Message, receipt.message_id).sender_value == customer


def test_who_is_in_cc_is_recorded_and_gets_nothing(mailroom: Mailroom, now: datetime) -> None:
    receipt = mailroom.take(letter(CLEO, "Bowl", Cc=f"{DOT}, Eve <eve@example.com>"), now)
    message = mailroom.session.get_one(Message, receipt.message_id)
    assert message.facts["copied"] == ["dot@example.net", "eve@example.com"]
    assert receipt.ticket_id
    mailroom.answer(receipt.ticket_id, "Hello", now)
    assert {receiver for receiver, _ in mailroom.send_due(now)} == {"cleo@example.org"}


def test_another_subject_is_shown_and_on_a_closed_ticket_begins_anew(
    mailroom: Mailroom, ticket: Ticket, now: datetime
) -> None:
    other = letter(CLEO, "And the cup?", In_Reply_To="<first@example.org>")
    receipt = mailroom.take(other, now)
    assert receipt.ticket_id == ticket.id
    assert mailroom.session.get_one(Message, receipt.message_id).facts["subject"] == "And the cup?"
    ticket.close(by=mailroom.people.ada, at=now)
    mailroom.session.flush()
    assert mailroom.take(other, now).is_new_ticket
