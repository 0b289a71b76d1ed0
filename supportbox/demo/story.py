"""Telling the sample tickets: each message goes through the real doors, at the time at which it happened."""

import hashlib
import mimetypes
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.durable import write_all
from supportbox.config import Settings
from supportbox.demo.letters import SampleMessage, SampleTicket
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, File, Incoming, Sender
from supportbox.inbox.receive import receive
from supportbox.inbox.reply import reply
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Ticket
from supportbox.mail import tokens
from supportbox.people.agent import Agent

# How long a letter was under way, and how long somebody took from reading a ticket to giving it to somebody.
POST = timedelta(seconds=12)
LOOK = timedelta(minutes=4)


@dataclass
class Story:
    """All tickets at once, since things happen in the order of their times and not ticket by ticket."""

    session: Session
    settings: Settings
    mailbox: Mailbox
    agents: Mapping[str, Agent]
    now: datetime
    _tickets: dict[str, Ticket] = field(default_factory=dict)

    def tell(self, samples: Iterable[SampleTicket]) -> None:
        """Let every message come and go, then leave each ticket as the sample says. Flushes, never commits."""
        scenes = [(sample, number) for sample in samples for number in range(len(sample.messages))]
        for sample, number in sorted(scenes, key=lambda scene: -scene[0].messages[scene[1]].hours_ago):
            self._play(sample, number)
        self.session.flush()

    def _play(self, sample: SampleTicket, number: int) -> None:
        message = sample.messages[number]
        at = self.now - timedelta(hours=message.hours_ago)
        if message.who == "customer":
            self._receive(sample, number, at)
        else:
            self._answer(sample, message, at)
        if number == len(sample.messages) - 1:
            self._finish(sample, at)

    def _receive(self, sample: SampleTicket, number: int, at: datetime) -> None:
        ticket = self._tickets.get(sample.subject)
        incoming = Incoming(
            channel="email",
            sender=Sender("email", sample.email, sample.name),
            subject=f"Re: {sample.subject}" if ticket else sample.subject,
            text=sample.messages[number].text,
            at=at,
            mailbox_id=self.mailbox.id,
            external_id=_message_id(sample, number),
            body_hash=hashlib.sha256(sample.messages[number].text.encode()).hexdigest(),
            language=sample.language,
            clues=Clues(signed_tickets=(ticket.id,) if ticket else (), has_reply_prefix=ticket is not None),
            verdict="spam" if sample.status == "spam" else "deliver",
            verdict_reason="It promises much to many and names nobody." if sample.status == "spam" else "",
            may_acknowledge=False,
            files=self._keep(sample.messages[number].attachments),
        )
        receipt = receive(self.session, incoming, now=at + POST)
        if ticket is None and receipt.ticket_id:
            self._begin(sample, self.session.get_one(Ticket, receipt.ticket_id), at)

    def _begin(self, sample: SampleTicket, ticket: Ticket, at: datetime) -> None:
        """Somebody looks at the new ticket, gives it its tags and perhaps a colleague."""
        self._tickets[sample.subject] = ticket
        ada = self.agents["ada"]
        for name in sample.tags:
            tag(self.session, ticket, name, by=ada, at=at + LOOK)
        if sample.assignee:
            ticket.assign(self.agents[sample.assignee], by=ada, at=at + LOOK)
            ticket.seen_at = at + LOOK

    def _answer(self, sample: SampleTicket, message: SampleMessage, at: datetime) -> None:
        ticket, agent = self._tickets[sample.subject], self.agents[message.by or "ada"]
        written = reply(
            self.session,
            ticket,
            agent,
            message.text,
            now=at,
            is_note=message.who == "note",
            files=self._keep(message.attachments),
        )
        ticket.seen_at = at
        if message.who == "agent":
            self._deliver(written, at + POST)

    def _deliver(self, message: Message, at: datetime) -> None:
        """The answer has long been sent: nothing of it leaves now."""
        delivery = self.session.scalars(select(Delivery).where(Delivery.message_id == message.id)).one()
        domain = self.mailbox.address.rpartition("@")[2]
        signed = tokens.message_id(self.settings.key("tokens"), message.ticket_id, delivery.id, domain)
        delivery.external_id = message.external_id = signed
        delivery.state, delivery.attempts, delivery.claimed_at, delivery.sent_at = "sent", 1, at, at
        record(
            self.session,
            "delivered",
            at=at,
            ticket_id=delivery.ticket_id,
            message_id=message.id,
            delivery=delivery.id,
            receiver=delivery.receiver,
            letter=delivery.kind,
        )

    def _finish(self, sample: SampleTicket, at: datetime) -> None:
        if sample.status == "closed":
            ticket = self._tickets[sample.subject]
            ticket.close(by=self.agents[sample.assignee or "ada"], at=at + LOOK)
            ticket.seen_at = at + LOOK

    def _keep(self, attachments: Iterable[tuple[str, bytes]]) -> tuple[File, ...]:
        """Attachments on the disk, as the e-mail channel keeps them."""
        kept = [(_file(name, content), content) for name, content in attachments]
        write_all(self.settings.files, {f"{file.token[:2]}/{file.token}": content for file, content in kept})
        return tuple(file for file, _ in kept)


def _file(name: str, content: bytes) -> File:
    return File(
        token=secrets.token_hex(16),
        filename=name,
        content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _message_id(sample: SampleTicket, number: int) -> str:
    """The same in every demo: a customer's mail program gave it once."""
    name = hashlib.sha256(f"{sample.subject}/{number}".encode()).hexdigest()[:20]
    return f"<{name}@{sample.email.rpartition('@')[2]}>"
