"""What a browser has proven of a customer, and by which address it can: their other requests are shown only then."""

from dataclasses import dataclass

from flask import current_app, session
from sqlalchemy import bindparam, or_, select

from supportbox import clock
from supportbox.config import Settings
from supportbox.inbox.message import Message
from supportbox.people.contact import Contact
from supportbox.people.request_link import make_request_token
from supportbox.web.customer.rows import Request, list_others
from supportbox.web.reading import reading

PROVEN = "customer"  # in the session: whose requests this browser may see, and until when
# An address that somebody of ours typed proves nothing before it has written here itself.
_CONTACT = select(Contact.id).where(
    Contact.kind == "email",
    Contact.value == bindparam("value"),
    Contact.customer_id == bindparam("customer"),
    or_(
        Contact.verified_at.is_not(None),
        select(Message.id)
        .where(Message.contact_id == Contact.id, Message.ticket_id == bindparam("ticket"))
        .correlate(Contact)
        .exists(),
    ),
)


@dataclass(frozen=True, slots=True)
class Other:
    reference: str
    subject: str
    status: str
    token: str


def listed(asked: Request) -> list[Other] | None:
    """The other requests; None as long as nothing is proven."""
    number, until = session.get(PROVEN) or (0, 0)
    if number != asked.customer_id or until < clock.now().timestamp():
        return None
    key, now = _settings().key("request-link"), clock.now()
    return [
        Other(f"SB-{row.id}", row.subject, row.status, make_request_token(key, row.id, now=now, epoch=row.link_epoch))
        for row in list_others(reading(), asked)
    ]


def can_prove(asked: Request) -> bool:
    return find_provable(asked) is not None


def masked(address: str) -> str:
    """Enough of an address to know it again, not enough to learn it."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def find_provable(asked: Request) -> int | None:
    """The contact that a code can be sent to, if any."""
    if asked.kind != "email":
        return None
    values = {"value": asked.email, "customer": asked.customer_id, "ticket": asked.id}
    return reading().execute(_CONTACT, values).scalar()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
