"""What a customer's page says besides history: contacts with their proof, who else may be this person, news."""

from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Connection, bindparam, select

from supportbox.inbox.query import AnyRow
from supportbox.people.contact import Contact
from supportbox.people.contact_value import KINDS, NUMBERS, region_of, shown
from supportbox.people.customer import Customer
from supportbox.people.customer_field import CustomerField
from supportbox.people.customer_merge import CustomerMerge
from supportbox.people.same_person import suggest
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import business

K, F, G = Contact.__table__.c, CustomerField.__table__.c, CustomerMerge.__table__.c
_CONTACTS = (
    select(K.id, K.kind, K.value, K.verified_at, K.verified_how)
    .where(K.customer_id == bindparam("customer"))
    .order_by(K.id)
)
_FIELDS = select(F.id, F.name, F.kind, F.choices).order_by(F.place, F.id)
_MERGE = (
    select(G.id, G.at, Customer.name)
    .join(Customer, Customer.id == G.merged_id)
    .where(G.kept_id == bindparam("customer"), G.undone_at.is_(None))
    .order_by(G.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact as people write it; `proof` says in words how it is known to be theirs, "" when it is not."""

    id: int
    kind: str
    value: str
    shown: str
    proof: str


def contacts_of(connection: Connection, customer_id: int) -> list[Reached]:
    """How to reach them."""
    rows = connection.execute(_CONTACTS, {"customer": customer_id}).all()
    region = region_of(business()) if any(row.kind in NUMBERS for row in rows) else ""
    words = proof_words()
    return [
        Reached(
            row.id,
            row.kind,
            row.value,
            shown(row.kind, row.value, region=region),
            words.get(row.verified_how or "", _("verified")) if row.verified_at else "",
        )
        for row in rows
    ]


def about(connection: Connection, row: AnyRow) -> dict[str, Any]:
    """Their fields to fill in, who may be the same person, and what was just done."""
    said = next((sentence for name, sentence in done_words().items() if name in request.args), "")
    reasons = reason_words()
    return {
        "fields": [
            (one.id, one.name, one.kind, one.choices, (row.fields or {}).get(str(one.id), ""))
            for one in connection.execute(_FIELDS)
        ],
        "same": [(one, reasons[one.reason]) for one in suggest(connection, row.id)],
        "last_merge": connection.execute(_MERGE, {"customer": row.id}).first(),
        "said": said,
        "contact_kinds": {kind: name for kind, name in contact_kind_words().items() if kind in KINDS},
        "typed_word": typed_word(row, connection),
    }


def typed_word(row: AnyRow, connection: Connection) -> str:
    """What has to be typed before this person is erased."""
    if row.name.strip():
        return str(row.name.strip())
    first = connection.execute(_CONTACTS, {"customer": row.id}).first()
    return first.value if first else f"#{row.id}"


@per_language
def contact_kind_words() -> dict[str, str]:
    return {
        "email": _("E-mail"),
        "phone": _("Phone"),
        "sms": _("SMS"),
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "messenger": "Messenger",
        "instagram": "Instagram",
        "chat": _("Chat"),
        "account": _("Account in the shop"),
        "webhook": "Webhook",
    }


@per_language
def proof_words() -> dict[str, str]:
    return {
        "code": _("verified by a code"),
        "agent": _("verified by an agent"),
        "call": _("verified by a call"),
        "link": _("verified by a link"),
        "mail": _("verified by a signed letter"),
    }


@per_language
def done_words() -> dict[str, str]:
    return {
        "kept": _("Saved."),
        "merged": _("Both are one customer now."),
        "unmerged": _("They are two customers again."),
        "ended": _("All links to their requests are over."),
    }


@per_language
def reason_words() -> dict[str, str]:
    return {
        "number": _("the same number"),
        "name-and-house": _("the same name and mail domain"),
        "name-and-company": _("the same name and company"),
        "name-in-address": _("the name in the address"),
    }
