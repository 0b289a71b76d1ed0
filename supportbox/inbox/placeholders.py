"""Placeholders such as {{customer.name}}: filled by plain replacement, never by a template engine."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.query import AnyRow
from supportbox.inbox.reference import Reference
from supportbox.inbox.ticket import Ticket
from supportbox.people.customer import Customer

# What stands in braces, and after a bar what to say where it is not known.
TOKEN = re.compile(r"\{\{\s*([^{}|\n]{1,60}?)\s*(?:\|([^{}\n]{0,80}))?\}\}")
NAMES = (
    "customer.name", "customer.first_name", "customer.company", "agent.name", "agent.first_name", "ticket.reference",
    "ticket.subject", "mailbox.address", "mailbox.name", "business.name", "business.website",
)  # fmt: skip
OTHER_NAMES = {
    "nom": "customer.name", "prenom": "customer.first_name", "client.nom": "customer.name",
    "client.prenom": "customer.first_name", "client.societe": "customer.company", "agent.nom": "agent.name",
    "agent.prenom": "agent.first_name", "ticket.objet": "ticket.subject", "boite.adresse": "mailbox.address",
    "boite.nom": "mailbox.name", "entreprise.nom": "business.name", "entreprise.site": "business.website",
    "name": "customer.name", "first_name": "customer.first_name", "reference": "ticket.reference",
}  # fmt: skip
_TICKET = (
    select(
        Ticket.id, Ticket.subject, Customer.name.label("customer"), Customer.company, Mailbox.address.label("mailbox"),
        Mailbox.name.label("mailbox_name"),
    )
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .where(Ticket.id == bindparam("ticket"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """The text with what is known in it; `missing` stands in it as it was."""

    text: str
    missing: tuple[str, ...]


def values_for(
    connection: Connection, ticket_id: int, *, agent_name: str, business: str, website: str
) -> dict[str, str]:
    """What each placeholder says in this ticket; empty where nobody knows."""
    row = connection.execute(_TICKET, {"ticket": ticket_id}).first()
    return values_of(row, agent_name=agent_name, business=business, website=website)


def values_of(row: AnyRow | None, *, agent_name: str, business: str, website: str) -> dict[str, str]:
    """The same for whoever has read the ticket already: its number, subject, customer, company and mailbox."""
    found = dict.fromkeys(NAMES, "") | {"business.name": business, "business.website": website}
    found |= {"agent.name": agent_name, "agent.first_name": _first(agent_name)}
    if row is not None:
        found |= {
            "customer.name": row.customer,
            "customer.first_name": _first(row.customer),
            "customer.company": row.company,
            "ticket.reference": str(Reference(row.id)),
            "ticket.subject": row.subject,
            "mailbox.address": row.mailbox or "",
            "mailbox.name": row.mailbox_name or "",
        }
    # Whatever a customer calls themselves is no placeholder.
    return {name: value.replace("{{", "{").replace("}}", "}") for name, value in found.items()}


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put in what is known; what is not known, and has no words after a bar, stays and is told."""
    missing: dict[str, None] = {}

    def known(found: re.Match[str]) -> str:
        name = _plain(found[1])
        value = values.get(OTHER_NAMES.get(name, name)) or (found[2] or "").strip()
        if not value:
            missing[found[0]] = None
        return value or found[0]

    return Filled(TOKEN.sub(known, text), tuple(missing))


def check_filled(filled: Filled) -> str:
    """The text, or a refusal that names what is still open."""
    if filled.missing:
        raise Refused("%(field)s is not filled in: write what shall stand there, or take it out.",
                      field=filled.missing[0])  # fmt: skip
    return filled.text


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in spread if not unicodedata.combining(one)).replace(" ", "")


def _first(name: str) -> str:
    return name.split()[0] if name.strip() else ""
