"""C9: letters without a Message-ID, or with one that is huge or nonsense, are tickets, and can be answered."""

import random
from email import message_from_bytes

from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from tests.dovecot import DovecotMailbox
from tests.work.conftest import CLEO, Desk

ODD = [
    b"",
    b"Message-ID:\r\n",
    b"Message-ID: \r\n",
    b"Message-ID: <>\r\n",
    b"Message-ID: no brackets at all\r\n",
    b"Message-ID: <no-end@demo.example\r\n",
    b"Message-ID: <two@demo.example> <more@demo.example>\r\n",
    b"Message-ID: <first@demo.example>\r\nMessage-ID: <second@demo.example>\r\n",
    b"Message-ID: <with space@demo.example>\r\n",
    b"Message-ID: <caf\xe9@demo.example>\r\n",
    b"Message-ID: <\xe2\x80\xae@demo.example>\r\n",
    b"Message-ID:\r\n <folded@demo.example>\r\n",
    b"Message-ID: <folded\r\n -inside@demo.example>\r\n",
    b"Message-ID: =?utf-8?q?=3Cencoded=40demo.example=3E?=\r\n",
    b"Message-ID: <\"quoted \\\" string\"@[127.0.0.1]>\r\n",
    b"Message-ID: <new\x0bline@demo.example>\r\n",
    b"Message-ID: <\x01\x02\x7f@demo.example>\r\n",
    b"message-id:<lower@demo.example>\r\n",
    b"Message-ID: <" + b"l" * 5000 + b"@demo.example>\r\n",
    b"Message-ID: <" + b"<" * 200 + b"@demo.example" + b">" * 200 + b"\r\n",
    b"Message-ID: " + b"<a@b>" * 500 + b"\r\n",
    b"Message-ID: <a@b>\r\n\tBcc: <victim@elsewhere.example>\r\n",
]  # fmt: skip
RANDOM = 280


def ids() -> list[bytes]:
    dice = random.Random(9)
    stuff = b'<>@"\\ ()[]=?.,;:\t\x00\x7f\xe9aB9-' + b"x" * 8
    made = [bytes(dice.choices(stuff, k=dice.randrange(1, 120))) for _ in range(RANDOM)]
    return [*ODD, *(b"Message-ID: " + one + b"\r\n" for one in made)]


def test_each_odd_message_id_is_a_ticket_that_can_be_answered(
    dovecot_desk: Desk, dovecot: DovecotMailbox, sandbox: Sandbox
) -> None:
    dovecot_desk.change_mailbox(has_acknowledgement=False)
    for number, field in enumerate(ids()):
        head = f"From: {CLEO}\r\nSubject: Matter {number}\r\n".encode()
        dovecot.deliver(head + field + b"\r\nThis is number %d.\r\n" % number)
    assert dovecot_desk.once().faults == {}
    states = {one.state for one in dovecot_desk.all(Intake)}
    assert states == {"done"}, [one.reason for one in dovecot_desk.all(Intake) if one.state != "done"]
    assert len(dovecot_desk.all(Message)) == len(dovecot_desk.all(Ticket)) == len(ODD) + RANDOM
    for message in dovecot_desk.all(Message)[: len(ODD) + 20]:
        dovecot_desk.answer(f"Answer to {message.ticket_id}.", message.ticket_id)
    assert dovecot_desk.once().faults == {}
    assert {one.state for one in dovecot_desk.all(Delivery)} == {"sent"}
    for raw in sandbox.inbox(CLEO):
        assert max(map(len, raw.split(b"\n"))) <= 998
        answer = message_from_bytes(raw)
        assert answer["Bcc"] is None and answer["Message-ID"].count("<") == 1
