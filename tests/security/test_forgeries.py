"""Strangers who forge what leads into other people's tickets: nothing is appended, nothing is passed on to anybody."""

import os
import random
import time
from datetime import datetime

import pytest
from sqlalchemy import func, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.mail import tokens
from tests.mailroom import KEY, SERVER, Mailroom, letter

# All 10,000 take half a minute: `SUPPORTBOX_LONG_TESTS=1` asks for them.
FORGED = 10_000 if os.environ.get("SUPPORTBOX_LONG_TESTS") == "1" else 600
SUPPORT, VICTIMS, SECRET = "support@shop.example", 5, "The safe's number is 4711."
OTHER_KEY = b"x" * 32


class Forger:
    """Knows addresses, numbers, subjects, and how our ids look; once in a while has read one. Has no key."""

    def __init__(self, seed: int, seen: list[str]) -> None:
        self.chance, self.seen = random.Random(seed), seen

    def letter(self, number: int) -> bytes:
        ticket = self.chance.randint(1, VICTIMS)
        kinds = (self.references, self.subject, self.plus, self.message_id, self.loop, self.all_at_once)
        headers: dict[str, str] = self.chance.choice(kinds)(ticket)
        subject = headers.pop("subject", "Re: Broken kettle" if self.chance.random() < 0.5 else "Hello")
        to = headers.pop("to", SUPPORT)
        headers.setdefault("Message_ID", f"<f{number}@evil.example>")
        sender = self.chance.choice(("Dot <dot@example.net>", f"eve{number % 200}@evil.example", self.disguised()))
        return letter(sender, subject, f"Tell me more. {number}", to=to, **headers)

    def judged(self, raw: bytes) -> bytes:
        """As our own server passes it on: the forger's own domain may well be in order."""
        said = self.chance.choice(("dmarc=pass", "dmarc=fail", "dmarc=none", "spf=pass"))
        return f"Authentication-Results: {SERVER}; {said}\r\n".encode() + raw

    def disguised(self) -> str:
        """Looks like somebody who may write, and is not."""
        return self.chance.choice(
            (
                '"cleo1@example.org" <eve@evil.example>',
                "cleo1@example.org <eve@evil.example>",
                "Cleo <cleo1@example.org.evil.example>",
                "<@cleo1@example.org:eve@evil.example>",
                "eve@evil.example (cleo1@example.org)",
                "=?utf-8?q?cleo1=40example=2Eorg?= <eve@evil.example>",
            )
        )

    def id(self, ticket: int) -> str:
        mac = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
        true = self.chance.choice(self.seen)
        at = self.chance.randrange(len(true))
        return self.chance.choice(
            (
                f"<sb.{ticket}.{self.chance.randint(1, 30)}.{mac}@shop.example>",
                tokens.message_id(OTHER_KEY, ticket, self.chance.randint(1, 30), "shop.example"),
                true[:at] + self.chance.choice("a2.<") + true[at + 1 :] if self.chance.random() < 0.9 else true,
                true.replace("<sb.", f"<sb.{ticket}", 1),
                f"<{ticket}@customer.example>",
            )
        )

    def references(self, ticket: int) -> dict[str, str]:
        many = " ".join(self.id(ticket) for _ in range(self.chance.randint(1, 30)))
        return {"References": many, "In_Reply_To": self.id(ticket) if self.chance.random() < 0.7 else ""}

    def subject(self, ticket: int) -> dict[str, str]:
        wrap = self.chance.choice(
            ("Re: Broken kettle {}", "AW: [SB-{}] x", "[SB-{}]", "Re: Broken kettle [SB-{}]", "SB-{}")
        )
        return {"subject": wrap.replace("{}", str(ticket))}

    def plus(self, ticket: int) -> dict[str, str]:
        mac = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
        forged = self.chance.choice(
            (
                f"support+{ticket}.{mac}@shop.example",
                f"support+{ticket}@shop.example",
                f"support+{ticket}.a1.{mac}@shop.example",
                f"support+b{ticket}.{mac}@shop.example",
                tokens.plus_address(OTHER_KEY, SUPPORT, ticket),
                tokens.agent_address(OTHER_KEY, SUPPORT, ticket, 1),
                tokens.envelope_address(OTHER_KEY, SUPPORT, ticket),
            )
        )
        return {self.chance.choice(("to", "Cc", "Delivered_To", "X_Original_To", "Envelope_To")): forged}

    def message_id(self, ticket: int) -> dict[str, str]:
        return {"Message_ID": self.id(ticket), "In_Reply_To": self.chance.choice(("", self.id(ticket)))}

    def loop(self, ticket: int) -> dict[str, str]:
        return {"X_SupportBox_Loop": self.id(ticket), "X_SupportBox_Ticket": str(ticket), "X_SB_Verdict": "deliver"}

    def all_at_once(self, ticket: int) -> dict[str, str]:
        return {
            **self.references(ticket),
            **self.subject(ticket),
            **self.plus(ticket),
            "Reply_To": self.chance.choice(("", "cleo1@example.org", "dot@example.net", SUPPORT)),
            "Cc": self.chance.choice(("", "cleo1@example.org, dot@example.net")),
            "Sender": "cleo1@example.org",
            "Authentication_Results": self.chance.choice(("", "mx.evil.example; dmarc=pass header.from=example.org")),
            "Auto_Submitted": self.chance.choice(("", "", "auto-replied")),
        }


def open_tickets(mailroom: Mailroom, now: datetime) -> list[str]:
    """Five customers have written, Ada has answered each; returns the ids of all letters."""
    ids: list[str] = []
    for number in range(1, VICTIMS + 1):
        sender, own = f"Cleo <cleo{number}@example.org>", f"<{number}@customer.example>"
        mailroom.take(letter(sender, "Broken kettle", SECRET, Message_ID=own), now)
        delivery = mailroom.answer(number, f"{SECRET} Yes.", now)
        mailroom.send(delivery, now)
        ids += [own, delivery.external_id or ""]
    mailroom.send_due(now)
    return ids


def messages(mailroom: Mailroom) -> int:
    return mailroom.session.scalar(select(func.count()).where(Message.ticket_id <= VICTIMS)) or 0


@pytest.mark.parametrize("servers", [(), (SERVER,)])
def test_nothing_that_strangers_forge_is_appended_or_relayed(
    mailroom: Mailroom, now: datetime, servers: tuple[str, ...]
) -> None:
    ids = open_tickets(mailroom, now)
    mailroom.servers = servers
    forger, before = Forger(7, ids), messages(mailroom)
    states = mailroom.session.execute(select(Ticket.id, Ticket.status, Ticket.version)).all()
    start = time.process_time()
    for number in range(FORGED // 2):
        raw = forger.letter(number)
        receipt = mailroom.take(forger.judged(raw) if servers else raw, now)
        assert receipt.ticket_id is None or receipt.ticket_id > VICTIMS
        if number % 500 == 0:
            mailroom.session.commit()
            mailroom.session.expunge_all()
            mailroom.people.support = mailroom.session.merge(mailroom.people.support)
    assert messages(mailroom) == before
    for number, status, version in states:
        ticket = mailroom.session.get_one(Ticket, number)
        assert (ticket.status, ticket.version) == (status, version)
    relayed = mailroom.send_due(now)
    # A Reply-To may send our own acknowledgement to others, a few times and without one word of the forger's.
    assert len([to for to, _ in relayed if to == "cleo1@example.org"]) <= 3
    assert {paper.header("auto-submitted") for _, paper in relayed} <= {"auto-replied"} and relayed
    assert not {to for to, _ in relayed} & {f"cleo{number}@example.org" for number in range(2, VICTIMS + 1)}
    assert not any(SECRET in paper.text or "Tell me more" in paper.text for _, paper in relayed)
    assert time.process_time() - start < FORGED / 50


def test_the_forger_would_be_noticed(mailroom: Mailroom, now: datetime) -> None:
    """The same letters with the right key, or from the customer, do join: the test above can fail."""
    ids = open_tickets(mailroom, now)
    to = tokens.plus_address(KEY, SUPPORT, 1)
    assert mailroom.take(letter("Dot <dot@example.net>", "Hello", to=to), now).ticket_id == 1
    assert mailroom.take(letter("cleo2@example.org", "Hello", In_Reply_To=ids[3]), now).ticket_id == 2


def test_a_forgers_number_tells_nothing_about_whether_a_ticket_is_there(mailroom: Mailroom, now: datetime) -> None:
    """The answer to a letter that names a ticket of somebody else and to one that names none is the same."""
    open_tickets(mailroom, now)
    answers = []
    for number in (1, 999_999):
        receipt = mailroom.take(letter(f"eve{number}@evil.example", f"Re: Broken kettle [SB-{number}]"), now)
        [(_, paper)] = mailroom.send_due(now)
        answers.append((paper.text.replace(f"SB-{receipt.ticket_id}", "SB-?"), [name for name, _ in paper.headers]))
    assert answers[0] == answers[1]


def test_internal_headers_of_a_letter_have_no_effect(mailroom: Mailroom, now: datetime) -> None:
    words = ("Ticket", "Agent", "Status", "Verdict", "Assignee", "Customer", "Close", "Note", "Delivery", "Key", "Loop")
    plain = mailroom.read(letter("Dot <dot@example.net>", "Hello"), now)
    for word in words:
        for prefix in ("X-SupportBox-", "X-SB-", "SupportBox-"):
            raw = letter("Dot <dot@example.net>", "Hello", **{(prefix + word).replace("-", "_"): "1"})
            assert mailroom.read(raw, now) == plain
    assert mailroom.session.scalar(select(func.count()).select_from(Delivery)) == 0
