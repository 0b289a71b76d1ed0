"""C8: a letter to two of our mailboxes is one ticket, in the mailbox that had it first; the other copy says so."""

from email.message import EmailMessage
from itertools import count

import pytest

from supportbox import clock
from supportbox.channels.email.accounts import add_mailbox
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.store import transaction
from tests.dovecot import Dovecot, DovecotMailbox
from tests.faults.until import until
from tests.servers import PASSWORD
from tests.work.conftest import Desk

LETTERS = 20
_users = count(1)


@pytest.fixture
def sales(dovecot_desk: Desk, dovecot_server: Dovecot) -> DovecotMailbox:
    """A second mailbox of the same desk."""
    other = dovecot_server.mailbox(f"sales-{next(_users)}")
    with transaction() as session:
        url = f"imap://{other.user}@127.0.0.1:{other.port}"
        add_mailbox(session, dovecot_desk.settings, "sales@demo.example", imap_url=url, smtp_url="smtp://127.0.0.1",
                    password=PASSWORD, now=clock.now())  # fmt: skip
    return other


def both(number: int, box: str) -> bytes:
    """The copy that one of the two mailboxes gets: each went its own way."""
    message = EmailMessage()
    message["Received"] = f"by {box}.example; Mon, 02 Mar 2026 09:00:00 +0000"
    message["From"], message["To"] = "Cleo <cleo@demo.example>", "support@demo.example, sales@demo.example"
    message["Subject"], message["Message-ID"] = f"Matter {number}", f"<{number}@demo.example>"
    message.set_content(f"I write to both of you, number {number}.")
    return message.as_bytes()


def check(desk: Desk) -> None:
    assert len(desk.all(Ticket)) == len(desk.all(Message)) == LETTERS
    intakes = desk.all(Intake)
    assert len(intakes) == 2 * LETTERS and {one.state for one in intakes} == {"done"}
    copies = [one for one in intakes if one.reason.startswith("The same letter again")]
    assert len(copies) == LETTERS and all(f"(in SB-{one.ticket_id})" in one.reason for one in copies)


def test_letter_to_two_mailboxes_is_one_ticket(
    dovecot_desk: Desk, dovecot: DovecotMailbox, sales: DovecotMailbox
) -> None:
    for number in range(LETTERS):
        dovecot.deliver(both(number, "support"))
        sales.deliver(both(number, "sales"))
    assert dovecot_desk.once().faults == {}
    check(dovecot_desk)
    first, second = dovecot_desk.all(Mailbox)
    assert {ticket.mailbox_id for ticket in dovecot_desk.all(Ticket)} == {first.id}
    assert all(stored.flags == "S" for box in (dovecot, sales) for stored in box.messages())


def test_letter_to_two_mailboxes_is_one_ticket_when_both_are_fetched_at_once(
    dovecot_desk: Desk, dovecot: DovecotMailbox, sales: DovecotMailbox
) -> None:
    worker = dovecot_desk.worker()
    worker.start()
    try:
        for number in range(LETTERS):
            dovecot.deliver(both(number, "support"))
            sales.deliver(both(number, "sales"))
        until(lambda: [one.state for one in dovecot_desk.all(Intake)].count("done") == 2 * LETTERS)
    finally:
        worker.stop()
    check(dovecot_desk)
