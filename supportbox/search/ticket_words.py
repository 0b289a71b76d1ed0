"""What a ticket can be found by, field by field: its words as the database's own full text is given them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select

from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.customer import Customer
from supportbox.search.analysis import fold

FIELDS = ("subject", "customer", "sender", "receiver", "body", "files", "marks")
# Far more than anybody reads; a letter of megabytes must not swell the table.
LONGEST_TEXT = 100_000

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """Folded words that one ticket has to have in one of these fields (none: anywhere), each beginning some word.
    A phrase is these whole words in this order."""

    words: tuple[str, ...]
    fields: tuple[str, ...] = ()
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of each group has to be said, and nothing of `none`."""

    all: tuple[tuple[Said, ...], ...] = ()
    none: tuple[Said, ...] = ()


_ONLY: BindParameter[Sequence[int]] = bindparam("tickets", expanding=True)
_PEOPLE = (
    select(Ticket.id, Ticket.subject, Customer.name, Contact.value, Mailbox.address, Mailbox.name.label("mailbox"))
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Contact, Contact.customer_id == Customer.id)
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .where(Ticket.id.in_(_ONLY))
)
_MESSAGES = (
    select(
        Message.ticket_id, Message.kind, Message.channel, Message.visible_text, Message.text, Message.sender_name,
        Message.sender_value, Message.facts,
    )
    .where(Message.ticket_id.in_(_ONLY))
    .order_by(Message.id)
)  # fmt: skip
_RECEIVERS = (
    select(Delivery.ticket_id, Delivery.receiver, Delivery.receiver_name)
    .where(Delivery.ticket_id.in_(_ONLY), Delivery.kind == "reply")
    .distinct()
)
_FILES = (
    select(Message.ticket_id, Attachment.filename, Attachment.is_inline)
    .join(Message, Message.id == Attachment.message_id)
    .where(Message.ticket_id.in_(_ONLY))
)


def sign(kind: str, value: str) -> str:
    """A word that nobody writes, for what is no word: `sign("channel", "email")`."""
    return f"zz{kind}{''.join(letter for letter in fold(value) if letter.isalnum())}"


def texts(connection: Connection, tickets: Sequence[int]) -> dict[int, Texts]:
    """All that these tickets can be found by, folded; those that are not there are left out."""
    values = {"tickets": list(tickets)}
    # Each a set that keeps its order.
    found: dict[int, dict[str, dict[str, None]]] = defaultdict(lambda: {field: {} for field in FIELDS})
    for row in connection.execute(_PEOPLE, values):
        parts = found[row.id]
        parts["subject"] |= dict.fromkeys((f"SB-{row.id}", row.subject))
        parts["customer"] |= dict.fromkeys((row.name, row.value or ""))
        parts["receiver"] |= dict.fromkeys((row.address or "", row.mailbox or ""))
    for message in connection.execute(_MESSAGES, values):
        _add_message(found[message.ticket_id], message)
    for ticket, receiver, name in connection.execute(_RECEIVERS, values):
        found[int(ticket or 0)]["receiver"] |= dict.fromkeys((receiver, name))
    for ticket, filename, is_inline in connection.execute(_FILES, values):
        found[ticket]["files"][filename] = None
        if not is_inline:
            found[ticket]["marks"][sign("has", "attachment")] = None
    return {
        ticket: {field: fold("\n".join(said))[:LONGEST_TEXT] for field, said in parts.items()}
        for ticket, parts in found.items()
    }


def _add_message(parts: dict[str, dict[str, None]], row: Row[*tuple[Any, ...]]) -> None:
    parts["sender"] |= dict.fromkeys((row.sender_name, row.sender_value))
    parts["body"][row.visible_text or row.text] = None
    parts["receiver"] |= dict.fromkeys(map(str, row.facts.get("copied") or ()))
    parts["marks"][sign("channel", row.channel)] = None
    if row.kind == "note":
        parts["marks"][sign("has", "note")] = None
