"""Links that take one person with one ticket to another channel: once, within a day, and nobody else."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import inbox
from supportbox.channels.invited import as_brought, without_token
from supportbox.inbox.continuation import invite, list_open, revoke
from supportbox.inbox.continued import offered, redeem
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.people.contact import Contact
from supportbox.people.find import find_or_make_contact
from tests.conftest import NOW, People

NUMBER, DOTS = "+33612345678", "+33687654321"


def _letter(session: Session, sender: str = "cleo@home.example") -> Ticket:
    incoming = Incoming("email", Sender("email", sender, "Cleo"), "Lid", "The lid is broken.", NOW)
    return session.get_one(Ticket, inbox.receive(session, incoming, now=NOW).ticket_id)


def _invited(session: Session, ticket: Ticket) -> str:
    return invite(session, ticket, "whatsapp", contact_id=None, by=None, now=NOW)


def _whatsapp(
    session: Session, sender: str, token: str, *, text: str = "Here I am.", later: timedelta = timedelta(0)
) -> int:
    incoming = Incoming("whatsapp", Sender("whatsapp", sender, "Cleo"), "Here", text, NOW + later,
                        clues=Clues(goes_on=True, continuation=token))  # fmt: skip
    number = inbox.receive(session, incoming, now=NOW + later).ticket_id
    assert number
    return number


def test_a_letter_goes_on_by_whatsapp(session: Session, people: People) -> None:
    ticket = _letter(session)
    assert _whatsapp(session, NUMBER, _invited(session, ticket)) == ticket.id
    contact = session.scalars(select(Contact).where(Contact.kind == "whatsapp")).one()
    assert (contact.customer_id, contact.verified_how) == (ticket.customer_id, "link")
    channels = session.scalars(select(Message.channel).where(Message.ticket_id == ticket.id).order_by(Message.id))
    assert list(channels) == ["email", "whatsapp"]
    assert _whatsapp(session, NUMBER, "", text="And the cup.") == ticket.id


def test_a_copied_link_is_somebody_elses_matter(session: Session, people: People) -> None:
    ticket = _letter(session)
    token = _invited(session, ticket)
    assert _whatsapp(session, NUMBER, token) == ticket.id
    dots = _whatsapp(session, DOTS, token)
    assert dots != ticket.id
    assert session.get_one(Ticket, dots).customer_id != ticket.customer_id
    assert session.get_one(Ticket, dots).may_belong_to_id is None
    assert _whatsapp(session, NUMBER, token) == ticket.id


def test_a_link_ends_after_a_day_and_when_it_is_taken_back(session: Session, people: People) -> None:
    ticket = _letter(session)
    token = _invited(session, ticket)
    assert _whatsapp(session, NUMBER, token, later=timedelta(hours=25)) != ticket.id
    other = _invited(session, ticket)
    ((number, _channel, _end),) = list_open(session.connection(), ticket.id, now=NOW)
    revoke(session, ticket, number, by=people.ada, now=NOW)
    assert _whatsapp(session, DOTS, other) != ticket.id
    assert offered(session, other, now=NOW) is None


def test_a_new_link_ends_those_that_nobody_used(session: Session, people: People) -> None:
    ticket = _letter(session)
    first, second = _invited(session, ticket), _invited(session, ticket)
    assert offered(session, first, now=NOW) is None
    assert offered(session, second, now=NOW) == (ticket, "whatsapp", False)


def test_whoever_has_a_history_takes_part_and_opens_none_of_it(session: Session, people: People) -> None:
    own = _whatsapp(session, NUMBER, "", text="An old matter of mine.")
    mine = session.get_one(Ticket, own).customer_id
    ticket = _letter(session)
    assert _whatsapp(session, NUMBER, _invited(session, ticket)) == ticket.id
    contact = session.scalars(select(Contact).where(Contact.kind == "whatsapp")).one()
    assert contact.customer_id == mine
    assert session.get_one(Participant, (ticket.id, contact.id)).is_accepted
    assert session.get_one(Ticket, own).customer_id == mine


def test_a_page_redeems_for_one_contact_only(session: Session, people: People) -> None:
    ticket = _letter(session)
    token = invite(session, ticket, "chat", contact_id=None, by=people.ada, now=NOW)
    cleo = find_or_make_contact(session, "chat", "v1", name="", language="", now=NOW)
    dot = find_or_make_contact(session, "chat", "v2", name="", language="", now=NOW)
    assert redeem(session, token, cleo.contact_id, channel="chat", now=NOW) is ticket
    assert redeem(session, token, dot.contact_id, channel="chat", now=NOW) is None
    assert offered(session, token, now=NOW) == (ticket, "chat", True)


def test_spam_does_not_use_a_link_up(session: Session, people: People) -> None:
    ticket = _letter(session)
    token = _invited(session, ticket)
    incoming = Incoming("whatsapp", Sender("whatsapp", DOTS), "Win", "Win now", NOW,
                        clues=Clues(goes_on=True, continuation=token), verdict="spam")  # fmt: skip
    assert inbox.receive(session, incoming, now=NOW).ticket_id != ticket.id
    assert _whatsapp(session, NUMBER, token) == ticket.id


def test_a_token_is_found_in_words_and_taken_out() -> None:
    token = "A" * 43
    assert without_token(f"Hello {as_brought(token)}") == ("Hello", token)
    assert without_token(f"/start {as_brought(token)}") == ("", token)
    assert without_token("go-short and go on") == ("go-short and go on", "")
    assert len(as_brought(token)) <= 64
