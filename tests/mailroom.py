"""Raw letters through the channel's real reading into a real database, without a server: thousands in seconds."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.email.incoming import incoming_from
from supportbox.channels.email.letters import draft_of
from supportbox.channels.kept import Desk, Kept
from supportbox.inbox import receive, reply
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Incoming, Receipt
from supportbox.inbox.ticket import Ticket
from supportbox.mail import tokens
from supportbox.mail.compose import compose
from supportbox.mail.letter import Letter
from supportbox.mail.parse import parse
from supportbox.people.business import Business
from supportbox.work.outgoing import outgoing_of
from tests.conftest import People

KEY = b"k" * 32
SERVER = "mx.shop.example"


def letter(
    sender: str, subject: str, text: str = "Hello", *, to: str = "support@shop.example", **headers: str
) -> bytes:
    """A letter as it comes; underscores in a header's name stand for hyphens."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text]).encode()


@dataclass
class Mailroom:
    """One mailbox's letters in and out."""

    session: Session
    people: People
    folder: Path
    servers: tuple[str, ...] = ()

    def read(self, raw: bytes, now: datetime) -> Incoming:
        business = Business(authserv_ids=self.servers)
        desk = Desk(business, frozenset({self.people.support.address}), self._has_sent)
        kept = Kept(0, "", len(raw), received_at=now, kept_at=now)
        incoming = incoming_from(parse(raw), kept, self.people.support, desk, key=KEY, files_folder=self.folder)
        return replace(incoming, intake_id=None)

    def take(self, raw: bytes, now: datetime) -> Receipt:
        return receive(self.session, self.read(raw, now), now=now)

    def answer_all(self, ticket: int, text: str, now: datetime) -> list[Delivery]:
        """Ada's answer, queued for everybody who gets it."""
        message = reply(self.session, self.session.get_one(Ticket, ticket), self.people.ada, text, now=now)
        return list(self.session.scalars(select(Delivery).where(Delivery.message_id == message.id)))

    def answer(self, ticket: int, text: str, now: datetime) -> Delivery:
        """Ada's answer to the customer alone, queued."""
        [delivery] = self.answer_all(ticket, text, now)
        return delivery

    def send(self, delivery: Delivery, now: datetime) -> bytes:
        """The letter that a delivery becomes, as the worker sends it."""
        domain = self.people.support.address.rpartition("@")[2]
        delivery.external_id = delivery.external_id or tokens.message_id(KEY, delivery.ticket_id, delivery.id, domain)
        message = self.session.get(Message, delivery.message_id) if delivery.message_id else None
        if message:
            message.external_id = delivery.external_id
        self.session.flush()
        outgoing = outgoing_of(self.session, delivery, self.people.support)
        raw = compose(draft_of(outgoing, self.people.support, key=KEY, files_folder=self.folder))
        delivery.state, delivery.sent_at, delivery.body_hash = "sent", now, parse(raw).body_hash
        self.session.flush()
        return raw

    def send_due(self, now: datetime) -> list[tuple[str, Letter]]:
        """Everything that is due, with whom it goes to."""
        due = select(Delivery).where(Delivery.state == "queued", Delivery.due_at <= now).order_by(Delivery.id)
        return [(one.receiver, parse(self.send(one, now))) for one in self.session.scalars(due).all()]

    def envelope(self, delivery: Delivery) -> str:
        """Where bounces of a delivery go."""
        return tokens.envelope_address(KEY, self.people.support.address, delivery.id)

    def _has_sent(self, number: int, body_hash: str) -> bool:
        delivery = self.session.get(Delivery, number)
        return delivery is not None and delivery.body_hash == body_hash


def bounce(message_id: str, to: str, status: str = "5.1.1", words: str = "user unknown") -> bytes:
    """A mail server's report that a letter could not be delivered."""
    lines = [
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.org",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "\n--b\n\nSorry.",
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n",
        f"Final-Recipient: rfc822; cleo@example.org\nAction: failed\nStatus: {status}",
        f"Diagnostic-Code: smtp; {status[0]}50 {status} {words}\n",
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n",
    ]
    return "\n".join(lines).encode()


@pytest.fixture
def mailroom(session: Session, people: People, tmp_path: Path) -> Mailroom:
    return Mailroom(session, people, tmp_path / "files")
