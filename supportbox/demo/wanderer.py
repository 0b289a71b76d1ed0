"""One customer who goes from channel to channel, so that the demo has something to answer in several ways."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.channels import vault
from supportbox.config import Settings
from supportbox.inbox.continuation import invite
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.receive import receive
from supportbox.inbox.tagging import tag
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact_value import shown
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.people.request_link import make_request_token

# Numbers that are kept for films and the like; the words are sealed as real ones are, and open nothing anywhere.
OURS, NORAS, NORAS_PHONE, NAME = "+33199001234", "+33639981234", "+33199005678", "Nora Lindqvist"
WHATSAPP = {"account": "100000000000001"}, {"token": "demo-token", "app_secret": "demo-secret", "word": "teapot"}
APP: tuple[dict[str, str], dict[str, str]] = {}, {"secret": "a-secret-of-the-demo"}
POST = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Words:
    """One message of hers."""

    channel: str
    sender: str
    hours_ago: float
    text: str


FIRST = Words("whatsapp", NORAS, 31, "Hello! Can you engrave a name on the small teapot? It is for a christening.")
LATER = (
    Words("email", "nora@demo.example", 27, "Here I am by mail as well. The name is Elin, in the small letters."),
    Words("webhook", "app-2817", 1.5, "I can see my order in your app now. Is the 12th still possible?"),
)


def tell(session: Session, settings: Settings, mail: Mailbox, ada: Agent, *, now: datetime) -> None:
    """Three messages by three channels in one ticket, and a number that was left. Flushes, never commits."""
    boxes = {
        "email": mail,
        "whatsapp": _add(session, settings, "whatsapp", OURS, WHATSAPP, now=now),
        "webhook": _add(session, settings, "webhook", "Atelier app", APP, now=now),
    }
    ticket = _begin(session, boxes["whatsapp"], now=now)
    tag(session, ticket, "engraving", by=ada, at=ticket.created_at + POST)
    for words in LATER:
        at = now - timedelta(hours=words.hours_ago)
        # Ada's link took her there: that is what makes it one customer and one ticket.
        token = invite(session, ticket, words.channel, contact_id=None, by=ada, now=at - timedelta(minutes=5))
        receive(session, _message(words, boxes[words.channel], at, Clues(continuation=token, goes_on=True)), now=at)
    nora = session.get_one(Customer, ticket.customer_id)
    add_contact(session, nora, "phone", NORAS_PHONE, region="FR", now=now)


def point_channels(session: Session, url: str) -> None:
    """Lead what the channels send to the demo itself, wherever it listens this time: nothing leaves the machine."""
    for box in session.scalars(select(Mailbox).where(Mailbox.channel.in_(("whatsapp", "webhook")))):
        box.options = {**box.options, "api" if box.channel == "whatsapp" else "url": f"{url}/demo/service/{box.id}"}


def addresses(session: Session, settings: Settings, ada: Agent, *, now: datetime) -> dict[str, str]:
    """Where her ticket is for agents, for her, and by a link to go on in; none once somebody deleted her."""
    found = session.scalar(select(Ticket).join(Customer).where(Customer.name == NAME).order_by(Ticket.id).limit(1))
    if found is None:
        return {}
    token = make_request_token(settings.key("request-link"), found.id, now=now, epoch=found.link_epoch)
    link = invite(session, found, "email", contact_id=None, by=ada, now=now)
    page, code = f"/inbox/tickets/{found.reference}", vault.seal(settings, link)
    return {
        "moving": page,
        "code": f"{page}/continuations?code={code}",
        "own": f"/r/{token}",
        "continue": f"/go/{link}",
    }


def _begin(session: Session, box: Mailbox, *, now: datetime) -> Ticket:
    at = now - timedelta(hours=FIRST.hours_ago)
    return session.get_one(Ticket, receive(session, _message(FIRST, box, at, Clues(goes_on=True)), now=at).ticket_id)


def _message(words: Words, box: Mailbox, at: datetime, clues: Clues) -> Incoming:
    kind = {"webhook": "account"}.get(words.channel, words.channel)
    return Incoming(
        channel=words.channel,
        sender=Sender(kind, words.sender, NAME),
        subject="A name on the small teapot",
        text=words.text,
        at=at,
        mailbox_id=box.id,
        external_id=f"{words.channel}:{box.id}:demo",
        language="en",
        clues=clues,
        may_acknowledge=False,
    )


def _add(
    session: Session,
    settings: Settings,
    channel: str,
    address: str,
    filled_in: tuple[dict[str, str], dict[str, str]],
    *,
    now: datetime,
) -> Mailbox:
    options, sealed = filled_in
    box = Mailbox(
        channel=channel,
        hook_token=secrets.token_urlsafe(24),
        address=address.lstrip("+"),
        name=address if channel == "webhook" else f"WhatsApp {shown('phone', address, region='')}",
        options=options,
        options_sealed=vault.seal(settings, json.dumps(sealed)),
        created_at=now,
    )
    session.add(box)
    session.flush()
    return box
