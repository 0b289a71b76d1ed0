"""Every letter that leaves: exactly the fields that are meant, read alike by two parsers, in its thread."""

import email.policy
import os
import random
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from supportbox.channels.email.letters import draft_of
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Outgoing, Sender
from supportbox.mail import tokens
from supportbox.mail.compose import compose
from supportbox.mail.parse import parse
from tests.conftest import NOW
from tests.mailroom import KEY, Mailroom, letter, mailroom
from tests.threader import threads

__all__ = ["mailroom"]

# All 10,000 take a minute or two: `SUPPORTBOX_LONG_TESTS=1` asks for them.
LETTERS = 10_000 if os.environ.get("SUPPORTBOX_LONG_TESTS") == "1" else 400
REPLY = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-SupportBox-Loop",
    "MIME-Version", "Content-Type",
]  # fmt: skip
AUTOMATIC = ["Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"]
PIECES = [
    "\r\nBcc: eve@evil.example", "\nTo: eve@evil.example\n\nHello", "\r", "\0", "\x0b", "\x85", "\u2028", "\u202e",
    "=?utf-8?q?=0ABcc:_eve=40evil.example?=", "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=", "=?", "?=", "=?utf-8?q?",
    '"', "\\", "<", ">", ",", ";", ":", "(", ")", "@", "<eve@evil.example>", "Re: ", "AW: ", "[SB-1]", "SB-99", " ",
    "Kettle", "kaputt", "é", "ß", "漢字", "🎉", "עברית", "ü" * 70, "a" * 300, "word " * 200, "x" * 10_000, "%s", "{0}",
    ".", "\n.\n", "\t",
]  # fmt: skip


def nonsense(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.choice((0, 1, 1, 2, 3, 5, 8))))


def mailbox(**values: object) -> Mailbox:
    plain: dict[str, object] = {"address": "support@shop.example", "name": "Shop", "signature": "", "language": "en"}
    return Mailbox(**{"has_plus_addresses": True, **plain, **values})


def outgoings(seed: int, number: int) -> Iterator[tuple[Outgoing, Mailbox]]:
    chance = random.Random(seed)
    for one in range(number):
        ids = tuple(f"<{one}.{at}@example.org>" for at in range(chance.choice((0, 1, 3, 30))))
        yield (
            Outgoing(
                delivery_id=one + 1,
                kind=chance.choice(("reply", "acknowledgement")),
                ticket_id=1042,
                receiver=Sender("email", "cleo@example.org", nonsense(chance)),
                subject=nonsense(chance),
                text=nonsense(chance) or "Hello",
                at=NOW,
                language=chance.choice(("en", "fr")),
                external_id=tokens.message_id(KEY, 1042, one + 1, "shop.example"),
                agent_name=nonsense(chance),
                replied_id=ids[-1] if ids else "",
                chain=(*ids, f"{nonsense(chance)} no id"),
            ),
            mailbox(name=nonsense(chance), signature=nonsense(chance)),
        )


def meant(outgoing: Outgoing) -> list[str]:
    names = REPLY if outgoing.replied_id else [name for name in REPLY if name not in ("In-Reply-To", "References")]
    return names[:-2] + (AUTOMATIC if outgoing.kind != "reply" else []) + names[-2:]


@pytest.mark.parametrize("seed", [1])
def test_exactly_the_fields_that_are_meant_by_two_parsers(seed: int, tmp_path: object) -> None:
    for outgoing, box in outgoings(seed, LETTERS):
        raw = compose(draft_of(outgoing, box, key=KEY, files_folder=tmp_path))  # type: ignore[arg-type]  # no files in it
        lines = raw.split(b"\r\n")
        assert raw.isascii() and max(map(len, lines)) <= 998
        assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
        theirs = message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(theirs, EmailMessage)
        ours = parse(raw)
        assert theirs.keys() == meant(outgoing)
        assert [name for name, _ in ours.headers] == [name.lower() for name in meant(outgoing)]
        assert [one.addr_spec for one in theirs["to"].addresses] == ["cleo@example.org"]
        assert [one.addr_spec for one in theirs["from"].addresses] == ["support@shop.example"]
        assert ([one.email for one in ours.to], ours.cc) == (["cleo@example.org"], ())
        assert ours.sender and ours.sender.email == "support@shop.example"
        assert ours.reply_to and tokens.read_plus_address(KEY, ours.reply_to.email) == 1042
        assert theirs["message-id"].strip() == ours.message_id == outgoing.external_id
        assert "".join(str(theirs["subject"]).split()) == "".join(ours.subject.split())
        assert ours.subject.endswith("[SB-1042]") and ours.subject.count("SB-1042") == 1
        assert (ours.in_reply_to, len(ours.references) <= 11) == (outgoing.replied_id, True)
        assert "eve@evil.example" not in {*ours.recipients, *(one.email for one in ours.to)}
        if outgoing.kind == "acknowledgement":
            assert outgoing.subject[:40].strip() not in ours.subject or len(outgoing.subject.strip()) < 5
        plain = theirs.get_body(("plain",))
        assert plain is not None
        assert "".join(plain.get_content().split()) == "".join(ours.text.split())


@pytest.mark.parametrize("seed", [2])
def test_a_reply_can_always_be_sent(mailroom: Mailroom, now: datetime, seed: int) -> None:
    """Whatever a customer's letter holds, it becomes a ticket, and the agent's answer a letter."""
    chance = random.Random(seed)
    for number in range(LETTERS // 10):
        subject, name = (b64encode(nonsense(chance).encode()).decode() for _ in range(2))
        raw = letter(
            f"=?utf-8?b?{name}?= <cleo@example.org>", f"=?utf-8?b?{subject}?=", Message_ID=f"<{number}@x.example>"
        )
        receipt = mailroom.take(raw, now)
        assert receipt.ticket_id
        sent = parse(mailroom.send(mailroom.answer(receipt.ticket_id, nonsense(chance) + " Hello", now), now))
        assert sent.subject.endswith(f"[SB-{receipt.ticket_id}]")
        assert "evil" not in {one.email for one in (*sent.to, *sent.cc)}


@pytest.mark.parametrize("has_plus", [True, False])
def test_a_conversation_is_one_thread_in_the_customers_mail_program(
    mailroom: Mailroom, now: datetime, has_plus: bool
) -> None:
    mailroom.people.support.has_plus_addresses = has_plus
    theirs = [parse(raw) for raw in (
        letter("cleo@example.org", "Kettle", Message_ID="<1@example.org>"),
        letter("cleo@example.org", "Door", Message_ID="<2@example.org>"),
    )]  # fmt: skip
    for one in theirs:
        raw = letter("cleo@example.org", one.subject, Message_ID=one.message_id)
        ticket = mailroom.take(raw, now).ticket_id
        assert ticket
    papers = [*theirs, *(paper for _, paper in mailroom.send_due(now))]
    for turn in range(100):
        at = now + timedelta(minutes=turn)
        answer = parse(mailroom.send(mailroom.answer(1, f"Answer {turn}", at), at))
        back = {"In_Reply_To": answer.message_id, "References": " ".join([*answer.references, answer.message_id])}
        raw = letter("cleo@example.org", answer.subject, f"{turn}", Message_ID=f"<r{turn}@example.org>", **back)
        assert mailroom.take(raw, at).ticket_id == 1
        papers += [answer, parse(raw)]
        assert len(answer.references) <= 11 and answer.references[0] == "<1@example.org>"
    assert sorted(len(one) for one in threads(papers)) == [2, 202]
    ids = [paper.message_id for paper in papers]
    assert len(ids) == len(set(ids))


def test_a_letter_is_the_same_however_often_it_is_tried(mailroom: Mailroom, now: datetime) -> None:
    mailroom.take(letter("cleo@example.org", "Kettle", Message_ID="<1@example.org>"), now)
    delivery = mailroom.answer(1, "Hello", now)
    first = mailroom.send(delivery, now)
    assert first == mailroom.send(delivery, now + timedelta(hours=1))
    assert len(mailroom.session.scalars(select(Delivery.external_id)).all()) == 2


def test_the_threader_itself_tells_threads_apart() -> None:
    one, two, three = (
        parse(f"From: a@b.example\nMessage-ID: <{name}@x>\n{more}\n\nhi".encode())
        for name, more in (("1", "X: y"), ("2", "References: <1@x>"), ("3", "Subject: Re: 1"))
    )
    assert [len(found) for found in threads([one, two, three])] == [2, 1]
    assert [len(found) for found in threads([two, one])] == [2]
