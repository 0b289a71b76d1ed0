"""Copies and forwards as letters: Cc in every header, Bcc in none, nothing of what was said before for newcomers."""

from datetime import datetime, timedelta
from email import message_from_bytes

from sqlalchemy import select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.forward import forward
from supportbox.inbox.message import Message
from supportbox.inbox.receivers import Receivers
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.mail.parse import parse
from tests.mailroom import Mailroom, letter, mailroom

__all__ = ["mailroom"]
EVE, EXPERT = "eve@carrier.example", "expert@lab.example"


def asked(mailroom: Mailroom, now: datetime) -> Ticket:
    receipt = mailroom.take(letter("cleo@example.org", "Parcel", "My secret number is 4711."), now)
    return mailroom.session.get_one(Ticket, receipt.ticket_id)


def sent(mailroom: Mailroom, message: Message, now: datetime) -> dict[str, bytes]:
    rows = mailroom.session.scalars(select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.id))
    return {one.receiver: mailroom.send(one, now) for one in rows.all()}


def test_all_see_the_copies_and_nobody_the_hidden_ones(mailroom: Mailroom, now: datetime) -> None:
    ticket = asked(mailroom, now)
    wanted = Receivers("", (EVE,), (EXPERT,))
    message = reply(mailroom.session, ticket, mailroom.people.ada, "It is on its way.", now=now, receivers=wanted)
    letters = sent(mailroom, message, now)
    customer = next(iter(letters))
    assert list(letters) == [customer, EVE, EXPERT]
    for raw in letters.values():
        fields = message_from_bytes(raw)
        assert (customer in fields["To"], EVE in fields["Cc"], fields["Bcc"]) == (True, True, None)
        assert EXPERT.encode() not in raw
    assert len({message_from_bytes(raw)["Message-ID"] for raw in letters.values()}) == 3


def test_somebody_new_in_copy_gets_nothing_of_what_was_said_before(mailroom: Mailroom, now: datetime) -> None:
    ticket = asked(mailroom, now)
    message = reply(mailroom.session, ticket, mailroom.people.ada, "Hello.", now=now, receivers=Receivers("", (EVE,)))
    assert "4711" not in parse(sent(mailroom, message, now)[EVE]).text


def test_a_forward_holds_what_was_chosen_and_no_thread(mailroom: Mailroom, now: datetime) -> None:
    ticket = asked(mailroom, now)
    (first,) = mailroom.session.scalars(select(Message)).all()
    first.text += "\n[click](https://evil.example) <b>bold</b>"
    message = forward(mailroom.session, ticket, mailroom.people.ada, "**Look**", to=[EXPERT], message_ids=[first.id],
                      now=now, undo=timedelta(0))  # fmt: skip
    raw = sent(mailroom, message, now)[EXPERT]
    fields, read = message_from_bytes(raw), parse(raw)
    assert (fields["In-Reply-To"], fields["References"], fields["Auto-Submitted"]) == (None, None, None)
    assert fields["Subject"].startswith("Fwd: ")
    assert "4711" in read.text
    assert read.html and "<strong>Look</strong>" in read.html
    assert 'href="https://evil.example"' not in read.html
    assert "<b>bold" not in read.html
