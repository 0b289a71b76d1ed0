"""Letters that come back: which delivery they name, and when an address gets no more."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from supportbox.errors import Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.message import Message
from supportbox.inbox.resend import resend
from supportbox.inbox.suppression import is_suppressed
from supportbox.inbox.ticket import Ticket
from tests.mailroom import Mailroom, bounce, letter

CLEO = "Cleo <cleo@example.org>"


@pytest.fixture
def number(mailroom: Mailroom, now: datetime) -> int:
    """Cleo's ticket."""
    receipt = mailroom.take(letter(CLEO, "Blue bowl", Message_ID="<first@example.org>"), now)
    assert receipt.ticket_id
    return receipt.ticket_id


def sent(mailroom: Mailroom, number: int, now: datetime) -> Delivery:
    delivery = mailroom.answer(number, "We send a new one.", now)
    mailroom.send(delivery, now)
    return delivery


def kinds(mailroom: Mailroom) -> list[str]:
    return list(mailroom.session.scalars(select(Event.kind).order_by(Event.id)))


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_bounce_finds_the_delivery_that_it_names(
    mailroom: Mailroom, number: int, now: datetime, is_signed: bool
) -> None:
    other, delivery = sent(mailroom, number, now), sent(mailroom, number, now)
    to = mailroom.envelope(delivery) if is_signed else "support@shop.example"
    raw = bounce("<lost@nowhere.example>" if is_signed else delivery.external_id or "", to)
    receipt = mailroom.take(raw, now)
    assert (receipt.ticket_id, receipt.is_new_ticket) == (number, False)
    assert (other.state, delivery.state, delivery.last_error) == ("sent", "failed", "550 5.1.1 user unknown")
    assert kinds(mailroom).count("delivery_failed") == 1
    ticket = mailroom.session.get_one(Ticket, number)
    assert ticket.status == "waiting"
    message = mailroom.session.get_one(Message, receipt.message_id)
    assert message.verdict == "bounce" and "not delivered" in message.facts["match"]
    assert [receiver for receiver, _ in mailroom.send_due(now)] == ["cleo@example.org"]  # the acknowledgement alone


def test_three_hard_bounces_to_signed_addresses_suppress(mailroom: Mailroom, number: int, now: datetime) -> None:
    for times in range(3):
        assert not is_suppressed(mailroom.session, "cleo@example.org")
        delivery = sent(mailroom, number, now)
        for _ in range(2):
            mailroom.take(bounce("<x@nowhere.example>", mailroom.envelope(delivery)), now + timedelta(minutes=times))
    assert is_suppressed(mailroom.session, "Cleo@Example.org")
    assert kinds(mailroom).count("address_suppressed") == 1
    with pytest.raises(Refused, match="came back for good"):
        mailroom.answer(number, "Hello?", now)
    later = now + timedelta(days=1)
    mailroom.take(letter(CLEO, "Another matter"), later)
    assert mailroom.session.scalars(select(Delivery).where(Delivery.ticket_id != number)).all() == []
    # An agent who has one of them sent again says that the address is good.
    resend(mailroom.session, delivery, by=mailroom.people.ada, at=later)
    assert not is_suppressed(mailroom.session, "cleo@example.org")
    assert mailroom.answer(number, "Hello again", now).state == "queued"


@pytest.mark.parametrize("status, to", [("5.1.1", "support@shop.example"), ("4.2.2", None), ("5.2.2", None)])
def test_what_anybody_could_send_or_may_pass_suppresses_nobody(
    mailroom: Mailroom, number: int, now: datetime, status: str, to: str | None
) -> None:
    for _ in range(5):
        delivery = sent(mailroom, number, now)
        words = "user unknown" if to else "mailbox full"
        mailroom.take(bounce(delivery.external_id or "", to or mailroom.envelope(delivery), status, words), now)
        assert delivery.state == ("failed" if to else "sent")
    assert not is_suppressed(mailroom.session, "cleo@example.org")


def test_what_has_not_left_cannot_come_back(mailroom: Mailroom, number: int, now: datetime) -> None:
    delivery = mailroom.answer(number, "We send a new one.", now)
    mailroom.take(bounce("<x@nowhere.example>", mailroom.envelope(delivery)), now)
    assert delivery.state == "queued" and not is_suppressed(mailroom.session, "cleo@example.org")


@pytest.mark.parametrize("named", ["<sb.1.1.aaaaaaaaaaaaaaaaaaaaaaaaaa@shop.example>", "<first@example.org>", ""])
def test_a_bounce_about_a_letter_that_is_not_ours_touches_no_ticket(
    mailroom: Mailroom, number: int, now: datetime, named: str
) -> None:
    delivery = sent(mailroom, number, now)
    forged = mailroom.envelope(delivery).replace("+b", "+b1")
    receipt = mailroom.take(bounce(named, forged), now)
    assert receipt.ticket_id != number and delivery.state == "sent"


def test_an_automatic_answer_to_the_envelope_is_filed_and_reopens_nothing(
    mailroom: Mailroom, number: int, now: datetime
) -> None:
    delivery = sent(mailroom, number, now)
    away = letter(CLEO, "Out of office", to=mailroom.envelope(delivery), Auto_Submitted="auto-replied")
    receipt = mailroom.take(away, now)
    assert receipt.ticket_id == number
    assert mailroom.session.get_one(Ticket, number).status == "waiting"
