"""A safe place for an answer: what leaves says only that it waits; the words are read behind a code."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from supportbox.channels.translations import catalogue
from supportbox.errors import Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.customer import Customer
from supportbox.people.request_link import make_request_token
from supportbox.web.customer.safe import list_receivers
from supportbox.web.help.page import base_url
from supportbox.web.i18n import LANGUAGES
from supportbox.web.reading import business


def keep_safe(session: Session, ticket: Ticket, message: Message, *, now: datetime) -> None:
    """Have this message read in the safe place alone. Refused when no code could be sent to anybody."""
    if not list_receivers(ticket.customer_id, ticket.id, reader=session):
        raise Refused("None of this customer’s contacts is proven, so that no code can be sent to one.")
    key = current_app.extensions["settings"].key("request-link")
    token = make_request_token(key, ticket.id, now=now, epoch=ticket.link_epoch)
    _ = catalogue(customer_language(session, ticket)).gettext
    words = _("An answer to your request %(reference)s waits for you in a safe place:")
    message.facts = {
        **message.facts,
        "safe": f"{words % {'reference': ticket.reference}}\n\n{base_url()}/r/{token}/safe",
    }
    session.flush()


def customer_language(session: Session, ticket: Ticket) -> str:
    """In which a customer is written to."""
    customer = session.get_one(Customer, ticket.customer_id)
    wishes = (ticket.language, customer.language, business().language)
    return next((wish for wish in wishes if wish in LANGUAGES), "en")
