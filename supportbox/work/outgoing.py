"""What a channel needs to send one delivery, gathered from the ticket so that the channel needs no database."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels.translations import catalogue
from supportbox.channels.vault import unseal
from supportbox.config import Settings
from supportbox.inbox import chat_mail, forward
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.parcel import File, Outgoing, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer

LANGUAGES = ("en", "fr")


def outgoing_of(session: Session, delivery: Delivery, mailbox: Mailbox) -> Outgoing:
    """The delivery as it leaves; the same at every try."""
    ticket = session.get_one(Ticket, delivery.ticket_id)
    message = session.get(Message, delivery.message_id) if delivery.message_id else None
    agent = session.get(Agent, message.agent_id) if message and message.agent_id else None
    is_forward = delivery.kind == forward.KIND
    # Somebody outside gets a letter of its own: the customer's thread is none of theirs.
    replied_id, chain = ("", ()) if is_forward else _thread(session, ticket.id, before=delivery.message_id)
    text, quoted = _words(session, message, is_forward=is_forward)
    language = _language(session, ticket, mailbox)
    addressed, copied = _addressing(session, delivery)
    return Outgoing(
        delivery_id=delivery.id,
        kind=delivery.kind,
        ticket_id=ticket.id,
        receiver=Sender(delivery.channel, delivery.receiver, delivery.receiver_name),
        subject=_subject(ticket, message, language),
        text=text,
        at=message.at if message else delivery.created_at,
        language=language,
        external_id=delivery.external_id or "",
        agent_name=agent.name if agent else "",
        replied_id=replied_id,
        chain=chain,
        files=_files(session, message) if message and not message.facts.get("safe") else (),
        parts=delivery.parts,
        addressed=addressed,
        copied=copied,
        quoted=quoted,
    )


def desk_letter_of(session: Session, delivery: Delivery, settings: Settings) -> Outgoing:
    """The desk's own letter as it leaves, its secrets opened."""
    letter = session.get_one(DeskLetter, delivery.desk_letter_id)
    return Outgoing(
        delivery_id=delivery.id,
        kind=delivery.kind,
        ticket_id=letter.ticket_id or 0,
        reader_id=letter.agent_id or 0,
        receiver=Sender(delivery.channel, delivery.receiver, delivery.receiver_name),
        subject=letter.subject,
        text=unseal(settings, letter.text) if letter.is_sealed else letter.text,
        at=letter.created_at,
        language=letter.language,
        external_id=delivery.external_id or "",
    )


def _thread(session: Session, ticket_id: int, *, before: int | None) -> tuple[str, tuple[str, ...]]:
    """The id of the customer's last message, and all earlier ids of the ticket, oldest first."""
    query = select(Message.kind, Message.external_id).where(
        Message.ticket_id == ticket_id,
        Message.external_id.startswith("<"),  # of letters: what other channels call theirs means nothing to mail
        Message.kind != "note",
        Message.is_foreign.is_(False),
    )
    if before is not None:
        query = query.where(Message.id < before)
    rows = [(kind, external_id) for kind, external_id in session.execute(query.order_by(Message.id)) if external_id]
    from_customer = [external_id for kind, external_id in rows if kind == "customer"]
    return from_customer[-1] if from_customer else "", tuple(external_id for _, external_id in rows)


def _language(session: Session, ticket: Ticket, mailbox: Mailbox) -> str:
    customer = session.get(Customer, ticket.customer_id)
    wishes = (ticket.language, customer.language if customer else "", mailbox.language)
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def _subject(ticket: Ticket, message: Message | None, language: str) -> str:
    """The ticket's; to an address that was only claimed none of its words go."""
    if message and message.facts.get("to_claim"):
        return catalogue(language).gettext("Your chat with us")
    return ticket.subject


def _words(session: Session, message: Message | None, *, is_forward: bool) -> tuple[str, str]:
    if message is None:
        return "", ""
    return forward.words_and_quote(message) if is_forward else (chat_mail.words_of(session, message), "")


def _addressing(session: Session, delivery: Delivery) -> tuple[Sender | None, tuple[str, ...]]:
    """Whom the header names: the same in every receiver's letter, and never a hidden copy."""
    if delivery.message_id is None:
        return None, ()
    of_message = Delivery.message_id == delivery.message_id, Delivery.kind == delivery.kind
    query = select(Delivery.receiver, Delivery.receiver_name, Delivery.role).where(*of_message).order_by(Delivery.id)
    rows = session.execute(query).all()
    copied = tuple(row.receiver for row in rows if row.role == "cc")
    first = next((row for row in rows if row.role == "to"), None)
    if delivery.role == "to" or first is None:
        return None, copied
    return Sender(delivery.channel, first.receiver, first.receiver_name), copied


def _files(session: Session, message: Message) -> tuple[File, ...]:
    own = session.scalars(select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id))
    return tuple(
        File(row.token, row.filename, row.content_type, row.size, row.sha256, row.is_inline, row.content_id)
        for row in (*own, *forward.enclosed_files(session, message))
    )
