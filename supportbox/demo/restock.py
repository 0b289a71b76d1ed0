"""Putting back at a start what the sandbox forgot: the letters that the customers got from the shop, and theirs."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.email.letters import draft_of
from supportbox.config import Settings
from supportbox.demo.cast import CUSTOMERS
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Outgoing
from supportbox.inbox.ticket import Ticket
from supportbox.mail.compose import compose

OutgoingOf = Callable[[Session, Delivery, Mailbox], Outgoing]


def restock(sandbox: Sandbox, session: Session, settings: Settings, mailbox: Mailbox, outgoing_of: OutgoingOf) -> None:
    """Fill the customers' mailboxes from the database. The shop's own stays empty: its letters have been read."""
    addresses = [customer.email for customer in CUSTOMERS]
    sent = select(Delivery).where(Delivery.state == "sent", Delivery.receiver.in_(addresses)).order_by(Delivery.id)
    for delivery in session.scalars(sent):
        outgoing = outgoing_of(session, delivery, mailbox)
        draft = draft_of(outgoing, mailbox, key=settings.key("tokens"), files_folder=settings.files)
        sandbox.append(delivery.receiver, compose(draft), at=delivery.sent_at)
    _file_sent(sandbox, session, mailbox.address, addresses)


def _file_sent(sandbox: Sandbox, session: Session, to: str, addresses: list[str]) -> None:
    """What the customers wrote, each answering what stood before it in its ticket."""
    tickets = select(Message.ticket_id).where(Message.kind == "customer", Message.sender_value.in_(addresses))
    messages = select(Message, Ticket.subject).join(Ticket, Ticket.id == Message.ticket_id)
    wanted = messages.where(Ticket.id.in_(tickets), Message.kind != "note").order_by(Message.id)
    before: dict[int, str] = {}
    for message, subject in session.execute(wanted):
        if message.kind == "customer" and message.sender_value in addresses:
            raw = _letter_from(message, subject, to, answered=before.get(message.ticket_id, ""))
            sandbox.sent(message.sender_value).append(raw)
        if message.external_id:
            before[message.ticket_id] = message.external_id


def _letter_from(message: Message, subject: str, to: str, *, answered: str) -> bytes:
    """What the customer sent, as far as their folder of sent letters shows it."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = message.sender_value, to
    letter["Subject"] = " ".join(str(message.facts.get("subject") or subject).split())
    letter["Date"] = message.at
    if message.external_id:
        letter["Message-ID"] = message.external_id
    if answered:
        letter["In-Reply-To"] = answered
    letter.set_content(message.visible, cte="quoted-printable")
    return bytes(letter)
