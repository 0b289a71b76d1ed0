"""A message in: which ticket it joins, who may join one, and what it changes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.inbox import receive, reply
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import Event
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Clues, Incoming, Receipt, Sender
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail.letter import Bounce
from supportbox.people.contact import Contact
from supportbox.people.trust import set_rule
from tests.conftest import People


def letter(people: People, now: datetime, sender: str = "cleo@example.org", **values: Any) -> Incoming:
    values = {"subject": "Blue bowl arrived broken", "text": "It is in two pieces.", **values}
    return Incoming(
        channel="email", sender=Sender("email", sender, "Cleo"), at=now, mailbox_id=people.support.id, **values
    )


def first(session: Session, people: People, now: datetime, **values: Any) -> Receipt:
    return receive(session, letter(people, now, external_id="<first@example.org>", **values), now=now)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_first_letter_opens_a_ticket_of_a_known_customer(session: Session, people: People, now: datetime) -> None:
    receipt = first(session, people, now)
    ticket = session.get_one(Ticket, receipt.ticket_id)
    assert receipt.is_new_ticket
    assert (ticket.customer_id, ticket.status, ticket.waiting_since) == (people.cleo.id, "open", now)
    assert ticket.preview == "It is in two pieces."
    assert [event.kind for event in session.scalars(select(Event).order_by(Event.id))] == ["opened", "received"]


def test_an_unknown_sender_becomes_a_customer_once(session: Session, people: People, now: datetime) -> None:
    one = receive(session, letter(people, now, "Eve@Example.COM"), now=now)
    two = receive(session, letter(people, now, "eve@example.com", subject="Another matter"), now=now)
    customers = {session.get_one(Ticket, receipt.ticket_id).customer_id for receipt in (one, two)}
    assert len(customers) == 1
    assert customers.isdisjoint({people.cleo.id, people.dot.id})


@pytest.mark.parametrize(
    "clues",
    [Clues(replied_ids=("<other@x>", "<first@example.org>")), Clues(has_reply_prefix=True)],
    ids=["stored id", "lost headers"],
)
def test_the_customers_own_reply_joins(session: Session, people: People, now: datetime, clues: Clues) -> None:
    opened = first(session, people, now)
    joined = receive(session, letter(people, now, subject="Re: Blue bowl arrived broken", clues=clues), now=now)
    assert joined.ticket_id == opened.ticket_id
    assert not joined.is_new_ticket


def test_signed_ids_join_for_the_customer(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    assert opened.ticket_id
    clues = Clues(signed_tickets=(opened.ticket_id,))
    assert receive(session, letter(people, now, clues=clues), now=now).ticket_id == opened.ticket_id


def strange_clues(number: int) -> list[Clues]:
    return [
        Clues(replied_ids=("<first@example.org>",)),
        Clues(signed_tickets=(number,)),
        Clues(quoted_ticket=number),
        Clues(has_reply_prefix=True),
        Clues(replied_ids=("<first@example.org>",), quoted_ticket=number, has_reply_prefix=True),
    ]


@pytest.mark.parametrize("kind", range(5))
def test_a_stranger_joins_nothing(session: Session, people: People, now: datetime, kind: int) -> None:
    opened = first(session, people, now)
    assert opened.ticket_id
    clues = strange_clues(opened.ticket_id)[kind]
    incoming = letter(people, now, "dot@example.net", subject="Re: Blue bowl arrived broken", clues=clues)
    receipt = receive(session, incoming, now=now)
    assert receipt.is_new_ticket
    assert session.get_one(Ticket, receipt.ticket_id).customer_id == people.dot.id
    linked = session.get_one(Ticket, receipt.ticket_id).may_belong_to_id
    assert linked == (None if kind == 3 else opened.ticket_id)


def test_a_signed_token_lets_a_third_party_in_flagged(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    clues = Clues(token_ticket=opened.ticket_id)
    receipt = receive(session, letter(people, now, "dot@example.net", clues=clues), now=now)
    assert receipt.ticket_id == opened.ticket_id
    assert session.get_one(Message, receipt.message_id).facts["third_party"]
    assert not session.scalars(select(Participant.is_accepted)).one()


@pytest.mark.parametrize("kind", range(5))
def test_a_forged_sender_adds_nothing(session: Session, people: People, now: datetime, kind: int) -> None:
    opened = first(session, people, now)
    assert opened.ticket_id
    incoming = letter(
        people, now, subject="Re: Blue bowl arrived broken", clues=strange_clues(opened.ticket_id)[kind]
    )  # fmt: skip
    receipt = receive(session, replace(incoming, is_sender_proven=False), now=now)
    assert receipt.ticket_id != opened.ticket_id


def test_a_number_in_the_subject_is_a_hint_only(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    clues = Clues(quoted_ticket=opened.ticket_id)
    quoting = letter(people, now, subject=f"About SB-{opened.ticket_id}", clues=clues)
    assert receive(session, replace(quoting, is_sender_proven=True), now=now).is_new_ticket
    same = letter(people, now, subject=f"[SB-{opened.ticket_id}] Blue bowl arrived broken", clues=clues)
    assert receive(session, replace(same, is_sender_proven=True), now=now).ticket_id == opened.ticket_id
    assert receive(session, same, now=now).is_new_ticket
    answer = replace(same, clues=replace(clues, has_reply_prefix=True))
    assert receive(session, answer, now=now).ticket_id == opened.ticket_id
    assert receive(session, replace(answer, sender=Sender("email", "dot@example.net")), now=now).is_new_ticket


def test_two_open_tickets_of_one_subject_leave_a_lost_reply_new(
    session: Session, people: People, now: datetime
) -> None:
    first(session, people, now)
    first(session, people, now)
    clues = Clues(has_reply_prefix=True)
    assert receive(
        session, letter(people, now, subject="Re: Blue bowl arrived broken", clues=clues), now=now
    ).is_new_ticket


@pytest.mark.parametrize("days, is_new", [(29, False), (31, True)])
def test_a_long_closed_ticket_is_not_reopened(
    session: Session, people: People, now: datetime, days: int, is_new: bool
) -> None:
    opened = first(session, people, now)
    ticket = session.get_one(Ticket, opened.ticket_id)
    ticket.close(by=people.ada, at=now)
    session.flush()
    later = now + timedelta(days=days)
    clues = Clues(replied_ids=("<first@example.org>",))
    receipt = receive(session, letter(people, later, subject="Re: Blue bowl arrived broken", clues=clues), now=later)
    assert receipt.is_new_ticket == is_new
    assert ticket.status == ("closed" if is_new else "open")


def test_an_answer_reopens_and_a_machine_does_not(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    ticket = session.get_one(Ticket, opened.ticket_id)
    reply(session, ticket, people.ben, "We send a new one.", now=now)
    clues = Clues(replied_ids=("<first@example.org>",))
    away = letter(people, now, subject="Re: Blue bowl arrived broken", clues=clues, verdict="auto-reply")
    assert receive(session, away, now=now).ticket_id == ticket.id
    assert (ticket.status, ticket.waiting_since) == ("waiting", None)
    receive(session, replace(away, verdict="deliver"), now=now)
    assert (ticket.status, ticket.waiting_since) == ("open", now)


def test_spam_stays_spam_and_is_not_answered(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now, verdict="spam")
    ticket = session.get_one(Ticket, opened.ticket_id)
    assert ticket.status == "spam"
    clues = Clues(replied_ids=("<first@example.org>",))
    receive(session, letter(people, now, subject="Re: Blue bowl arrived broken", clues=clues), now=now)
    assert ticket.status == "spam"
    assert count(session, Delivery) == 0


def test_acknowledgements_are_few(session: Session, people: People, now: datetime) -> None:
    for number in range(20):
        receive(session, letter(people, now, subject=f"Matter {number}"), now=now + timedelta(minutes=number))
    deliveries = session.scalars(select(Delivery)).all()
    assert len(deliveries) == 3
    assert {(d.kind, d.receiver) for d in deliveries} == {("acknowledgement", "cleo@example.org")}


@pytest.mark.parametrize("verdict", ["auto-reply", "bulk", "bounce", "spam"])
def test_machines_are_filed_and_never_answered(session: Session, people: People, now: datetime, verdict: str) -> None:
    receipt = first(session, people, now, verdict=verdict)
    assert receipt.message_id
    assert count(session, Delivery) == 0


def test_our_own_letter_is_recorded_not_ticketed(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    reply(session, session.get_one(Ticket, opened.ticket_id), people.ada, "Sorry!", now=now)
    delivery = session.scalars(select(Delivery).where(Delivery.kind == "reply")).one()
    delivery.body_hash = "same"
    session.flush()
    back = letter(people, now, "support@shop.example", clues=Clues(own_delivery=delivery.id), body_hash="same")
    assert receive(session, back, now=now).ticket_id is None
    assert receive(session, replace(back, body_hash="other"), now=now).ticket_id is not None


def test_a_bounce_reaches_the_delivery_that_it_names(session: Session, people: People, now: datetime) -> None:
    opened = first(session, people, now)
    reply(session, session.get_one(Ticket, opened.ticket_id), people.ada, "Sorry!", now=now)
    delivery = session.scalars(select(Delivery).where(Delivery.kind == "reply")).one()
    delivery.external_id, delivery.state = "<ours@shop.example>", "sent"
    session.flush()
    told = Bounce("cleo@example.org", "5.1.1", True, "550 no such user", "<ours@shop.example>")
    incoming = letter(people, now, "mailer-daemon@example.org", verdict="bounce", bounce=told)
    receipt = receive(session, incoming, now=now)
    assert receipt.ticket_id == opened.ticket_id
    assert (delivery.state, delivery.last_error) == ("failed", "550 no such user")
    assert "delivery_failed" in session.scalars(select(Event.kind)).all()


def test_the_first_reply_to_is_where_answers_go_and_later_ones_change_nothing(
    session: Session, people: People, now: datetime
) -> None:
    opened = first(session, people, now, reply_to=Sender("email", "cleo@home.example"))
    clues = Clues(replied_ids=("<first@example.org>",))
    forged = letter(people, now, clues=clues, reply_to=Sender("email", "attacker@evil.example"))
    assert receive(session, forged, now=now).ticket_id == opened.ticket_id
    reply(session, session.get_one(Ticket, opened.ticket_id), people.ada, "Sorry!", now=now)
    assert session.scalars(select(Delivery.receiver).where(Delivery.kind == "reply")).one() == "cleo@home.example"


def test_a_reply_to_a_merged_ticket_lands_in_the_one_it_became(session: Session, people: People, now: datetime) -> None:
    old, new = first(session, people, now), receive(session, letter(people, now, subject="The bowl again"), now=now)
    session.get_one(Ticket, old.ticket_id).merged_into_id = new.ticket_id
    session.flush()
    clues = Clues(replied_ids=("<first@example.org>",))
    assert receive(session, letter(people, now, clues=clues), now=now).ticket_id == new.ticket_id


def test_a_site_form_opens_a_ticket_of_the_customer_it_names_and_joins_none(
    session: Session, people: People, now: datetime
) -> None:
    opened = first(session, people, now)
    assert opened.ticket_id
    cleo = Sender("email", "cleo@example.org", "Cleo")
    for number, site in enumerate(("support@shop.example", "wordpress@shop.example")):
        clues = strange_clues(opened.ticket_id)[number]
        form = letter(people, now, site, subject="Re: Blue bowl arrived broken", reply_to=cleo, clues=clues)
        receipt = receive(session, form, now=now)
        ticket = session.get_one(Ticket, receipt.ticket_id)
        assert receipt.is_new_ticket
        assert (ticket.customer_id, ticket.answer_to) == (people.cleo.id, "")


def test_a_reply_to_of_another_domain_makes_nobody_the_customer(
    session: Session, people: People, now: datetime
) -> None:
    cleo = Sender("email", "cleo@example.org", "Cleo")
    receipt = receive(session, letter(people, now, "wordpress@evil.example", reply_to=cleo), now=now)
    assert session.get_one(Ticket, receipt.ticket_id).customer_id != people.cleo.id


@pytest.mark.parametrize("rule", ["cleo@example.org", "@example.org"])
def test_a_blocked_sender_is_spam_and_a_trusted_one_never(
    session: Session, people: People, now: datetime, rule: str
) -> None:
    set_rule(session, rule, blocked=True, agent_id=people.ada.id, now=now)
    assert session.get_one(Ticket, first(session, people, now).ticket_id).status == "spam"
    assert count(session, Delivery) == 0
    set_rule(session, rule, blocked=False, agent_id=people.ada.id, now=now)
    trusted = receive(session, letter(people, now, verdict="spam"), now=now)
    assert session.get_one(Ticket, trusted.ticket_id).status == "open"


@pytest.mark.parametrize("value", ["", "example.org", "x@", "@localhost"])
def test_a_rule_needs_an_address_or_a_domain(session: Session, now: datetime, value: str) -> None:
    with pytest.raises(Refused, match="neither an address nor a domain"):
        set_rule(session, value, blocked=True, agent_id=None, now=now)


def test_a_proven_letter_proves_the_address_once(session: Session, people: People, now: datetime) -> None:
    def proof() -> tuple[datetime | None, str | None]:
        contact = session.scalars(select(Contact).where(Contact.value == "cleo@example.org")).one()
        return contact.verified_at, contact.verified_how

    for number, is_proven in enumerate((None, False)):
        receive(session, letter(people, now, external_id=f"<{number}@x>", is_sender_proven=is_proven), now=now)
    assert proof() == (None, None)
    for number, at in enumerate((now, now + timedelta(days=1))):
        receive(session, letter(people, now, external_id=f"<y{number}@x>", is_sender_proven=True), now=at)
    assert proof() == (now, "mail")


def test_what_proves_a_site_proves_nobody_whom_its_form_names(session: Session, people: People, now: datetime) -> None:
    dot = Sender("email", "dot@example.net")
    receive(session, letter(people, now, "wordpress@shop.example", reply_to=dot, is_sender_proven=True), now=now)
    assert session.scalars(select(Contact.verified_at).where(Contact.value == "dot@example.net")).all() == [None]
