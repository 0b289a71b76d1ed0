"""Somebody on the shop's site who chats, so that the demo has the widget switched on and a talk to look at."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from supportbox.channels.chat import incoming_from
from supportbox.inbox.chat import KIND
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.receive import receive
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import list_ways
from supportbox.people.agent import Agent
from supportbox.people.contact import Contact
from supportbox.people.find import find_or_make_contact
from supportbox.people.token import make_token
from supportbox.people.visitor import make_visitor

NAME, PAGE = "Malik Benali", ("https://atelier-nord.example/teapots/small", "The small teapot · Atelier Nord")
GREETINGS = {
    "en": "Hello! Ask us anything about what we make.",
    "fr": "Bonjour ! Posez-nous vos questions sur nos pièces.",
}
ASKED = "Hello, is the small teapot fine for an induction hob?"
ANSWERED = (
    "Hello Malik! No: stoneware is not for any hob. Pour the water in from a kettle, then it keeps warm for an hour."
)
ASKED_ON = "Good to know, thank you. And does the lid come with it, or is that extra?"


def come(session: Session, ada: Agent, *, now: datetime) -> None:
    """Three messages of one talk; the last one waits for an answer. Flushes, never commits."""
    box = _switch_on(session, now=now)
    began = now - timedelta(minutes=26)
    visitor = make_visitor(session, make_token(), now=began, language="en")
    assert visitor
    visitor.name, visitor.page, visitor.page_title = NAME, *PAGE
    value = f"{KIND}-of-the-demo"
    visitor.contact_id = find_or_make_contact(session, KIND, value, name=NAME, language="en", now=began).contact_id
    number = _say(session, box, value, ASKED, at=began)
    answered = began + timedelta(minutes=2)
    ticket, contact = session.get_one(Ticket, number), session.get_one(Contact, visitor.contact_id)
    way = next(one for one in list_ways(session, ticket, {}, now=answered) if one.contact_id == contact.id)
    message = reply(session, ticket, ada, ANSWERED, now=answered, then="open", way=way)
    session.execute(
        update(Delivery)
        .where(Delivery.message_id == message.id)
        .values(state="sent", sent_at=answered, delivered_at=answered, read_at=answered)
    )
    visitor.seen_at = answered + timedelta(minutes=1)
    _say(session, box, value, ASKED_ON, at=visitor.seen_at)


def _switch_on(session: Session, *, now: datetime) -> Mailbox:
    """For the help centre beside it; the machine offers articles as it does for a new owner."""
    box = Mailbox(
        channel=KIND,
        address=KIND,
        name="Chat",
        language="",
        has_acknowledgement=False,
        options={"greetings": GREETINGS, "in_help": True},
        created_at=now,
    )
    session.add(box)
    session.flush()
    return box


def _say(session: Session, box: Mailbox, value: str, text: str, *, at: datetime) -> int:
    once = f"{KIND}:demo:{at.isoformat()}"
    given = incoming_from(value, text, once=once, mailbox_id=box.id, name=NAME, language="en", now=at)
    return receive(session, given, now=at).ticket_id or 0
