"""The one door in: a message of any channel becomes part of a ticket."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.base import insert_row
from supportbox.inbox import agent_letters, bounced, caller, chat_proof
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.matching import Match, match
from supportbox.inbox.message import Attachment, Message, columns_of
from supportbox.inbox.parcel import Clues, Incoming, Receipt
from supportbox.inbox.suppression import is_suppressed
from supportbox.inbox.ticket import Participant, Ticket
from supportbox.mail.subject import is_beginning, subject_key
from supportbox.people.contacts import prove
from supportbox.people.find import Known, find_or_make_contact
from supportbox.people.throttle import allow
from supportbox.people.trust import is_blocked

PREVIEW = 140  # characters
SITES = ("wordpress@", "forms@", "form@", "website@", "noreply@", "no-reply@")
BLOCKED = "Its sender was blocked."
NOT_MATCHED = "A new ticket: its sender was blocked."
MACHINES = ("own-loop", "bounce", "auto-reply", "bulk")


def receive(session: Session, incoming: Incoming, *, now: datetime) -> Receipt:
    """Find the customer and the ticket, or make them; add the message. Flushes, never commits."""
    if own := _own_letter(session, incoming):
        return own
    if delivery := bounced.named_delivery(session, incoming):
        return _file_bounce(session, incoming, delivery, now=now)
    incoming = _judged_by_rules(session, incoming)
    answer = agent_letters.answered(session, incoming, now=now)
    if isinstance(answer, Receipt):
        return answer
    if answer is None and (passed := agent_letters.passed_on(session, incoming)):
        receipt = _take_in(session, passed.incoming, Match(None, passed.reason), now=now)
        agent_letters.comment(session, passed, receipt, now=now)
        return receipt
    return _take_in(session, _written_by_customer(session, incoming), answer, now=now)


def _take_in(session: Session, incoming: Incoming, found: Match | None, *, now: datetime) -> Receipt:
    """A message into its ticket: the one that was found already, or the one that matching finds."""
    sender = incoming.sender
    chat_proof.note_answer(session, incoming, now=now)
    is_call = incoming.channel == "voice"
    if is_call:
        caller.adopt_number(session, incoming, now=now)
    contact = find_or_make_contact(
        session, sender.kind, sender.value, name=sender.name, language=incoming.language, now=now
    )
    if incoming.is_sender_proven and sender.kind == "email":
        prove(session, contact.contact_id, "mail", now=now)
    may_acknowledge = incoming.verdict == "deliver" and incoming.may_acknowledge and found is None
    if found is None:
        is_blocked_one = incoming.verdict_reason == BLOCKED
        found = (
            Match(None, NOT_MATCHED)
            if is_blocked_one
            else (caller.match_call if is_call else match)(session, incoming, contact, now=now)
        )
    ticket_id = found.ticket.id if found.ticket else _open_ticket(session, incoming, contact, found, now=now)
    message_id = _add_message(session, ticket_id, incoming, contact, found, now=now)
    if found.ticket:
        _settle(session, found.ticket, incoming, contact, found, now=now)
        session.flush()
    elif may_acknowledge:
        _acknowledge(session, ticket_id, incoming, now=now)
    return Receipt(ticket_id, message_id, found.ticket is None, found.reason)


def _own_letter(session: Session, incoming: Incoming) -> Receipt | None:
    # A signed id alone could be copied; with the same body it is our own letter come back.
    number = incoming.clues.own_delivery
    if number == 0:
        return Receipt(None, None, False, "The test letter of a mailbox came back.")
    delivery = session.get(Delivery, number) if number else None
    if delivery is None or not delivery.body_hash or delivery.body_hash != incoming.body_hash:
        return None
    return Receipt(None, None, False, f"Our own letter to {delivery.receiver} came back.")


def _file_bounce(session: Session, incoming: Incoming, delivery: Delivery, *, now: datetime) -> Receipt:
    bounced.mark(session, delivery, incoming, now=now)
    found = bounced.filed(session, delivery)
    if found.ticket is None:
        return _take_in(session, incoming, found, now=now)
    # A mail server is nobody's contact.
    message_id = _add_message(session, found.ticket.id, incoming, None, found, now=now)
    found.ticket.message_count += 1
    found.ticket.touch(now)
    session.flush()
    return Receipt(found.ticket.id, message_id, False, found.reason)


def _judged_by_rules(session: Session, incoming: Incoming) -> Incoming:
    """Whom an agent blocked is spam, whom an agent trusts never is; machines stay machines."""
    if incoming.verdict not in ("deliver", "spam"):
        return incoming
    blocked = is_blocked(session, incoming.sender.value)
    if blocked and incoming.verdict != "spam":
        return replace(incoming, verdict="spam", verdict_reason=BLOCKED)
    if blocked is False and incoming.verdict == "spam":
        return replace(incoming, verdict="deliver", verdict_reason="Its sender is always trusted.")
    return incoming


def _written_by_customer(session: Session, incoming: Incoming) -> Incoming:
    """A site's form writes as ourselves and names the customer in Reply-To. That name is a claim: it joins nothing."""
    customer, sender = incoming.reply_to, incoming.sender.value
    if customer is None or incoming.verdict != "deliver" or incoming.is_sender_proven is False:
        return incoming
    own = set(session.scalars(select(Mailbox.address).where(Mailbox.address.endswith("@" + sender.rpartition("@")[2]))))
    if sender not in own and not (own and sender.startswith(SITES)):
        return incoming
    return replace(
        incoming,
        sender=customer,
        reply_to=None,
        clues=Clues(),
        is_sender_proven=None,  # what proved the site proves nothing of whom its form names
        verdict_reason=f"A form on the site, by {sender}.",
    )


def _open_ticket(session: Session, incoming: Incoming, contact: Known, found: Match, *, now: datetime) -> int:
    is_spam = incoming.verdict == "spam"
    ticket_id = insert_row(
        session,
        Ticket,
        subject=incoming.subject.strip(),
        subject_key=subject_key(incoming.subject),
        status="spam" if is_spam else "open",
        language=incoming.language,
        customer_id=contact.customer_id,
        mailbox_id=incoming.mailbox_id,
        may_belong_to_id=found.may_belong_to,
        answer_to=incoming.reply_to.value if incoming.reply_to and incoming.reply_to.kind == "email" else "",
        preview=_preview(incoming),
        message_count=1,
        created_at=incoming.at,
        updated_at=now,
        customer_at=incoming.at,
        waiting_since=None if is_spam else incoming.at,
    )
    record(session, "opened", at=now, ticket_id=ticket_id, channel=incoming.channel)
    return ticket_id


def _add_message(
    session: Session, ticket_id: int, incoming: Incoming, contact: Known | None, found: Match, *, now: datetime
) -> int:
    message_id = insert_row(
        session,
        Message,
        ticket_id=ticket_id,
        kind="customer",
        channel=incoming.channel,
        at=incoming.at,
        mailbox_id=incoming.mailbox_id,
        contact_id=contact.contact_id if contact else None,
        intake_id=incoming.intake_id,
        sender_name=incoming.sender.name,
        sender_value=incoming.sender.value,
        text=incoming.text,
        visible_text="" if incoming.visible_text == incoming.text else incoming.visible_text,
        html=incoming.html,
        external_id=incoming.external_id or None,
        body_hash=incoming.body_hash,
        verdict=incoming.verdict,
        facts=_facts(incoming, found),
    )
    for file in incoming.files:
        insert_row(session, Attachment, message_id=message_id, **columns_of(file))
    record(session, "received", at=now, ticket_id=ticket_id, message_id=message_id)
    return message_id


def _facts(incoming: Incoming, found: Match) -> dict[str, object]:
    """What an agent may want to know of a message; only what is so is kept."""
    is_new_subject = found.ticket and incoming.subject != found.ticket.subject
    facts: dict[str, object] = {
        "match": found.reason,
        "verdict_reason": incoming.verdict_reason,
        "proven": incoming.is_sender_proven,
        "subject": incoming.subject if is_new_subject and not is_beginning(incoming.subject, incoming.text) else "",
        "reply_to": incoming.reply_to.value if incoming.reply_to else "",
        "copied": list(incoming.copied),
        "third_party": found.is_third_party,
        "defects": list(incoming.defects),
    }
    return {key: value for key, value in facts.items() if value not in ("", None, [], False) or key == "proven"}


def _settle(
    session: Session, ticket: Ticket, incoming: Incoming, contact: Known, found: Match, *, now: datetime
) -> None:
    """What a further message does to its ticket: a customer's words reopen it, a machine's do not."""
    if found.is_third_party and session.get(Participant, (ticket.id, contact.contact_id)) is None:
        session.add(Participant(ticket_id=ticket.id, contact_id=contact.contact_id))
    ticket.message_count += 1
    ticket.touch(now)
    if incoming.verdict in MACHINES or ticket.status == "spam":
        return
    ticket.customer_at = incoming.at
    ticket.preview = _preview(incoming)
    ticket.snoozed_until = None
    if ticket.status != "open":
        ticket.reopen(by=None, at=now)
    ticket.waiting_since = ticket.waiting_since or incoming.at


def _acknowledge(session: Session, ticket_id: int, incoming: Incoming, *, now: datetime) -> None:
    """Queue the word that the message has come; so few of them that no two machines can keep each other busy."""
    receiver = incoming.reply_to or incoming.sender
    mailbox = session.get(Mailbox, incoming.mailbox_id) if incoming.mailbox_id else None
    if receiver.kind != "email" or mailbox is None or not mailbox.has_acknowledgement:
        return
    if is_suppressed(session, receiver.value):
        return
    hour, day, minute = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
    if not (
        allow(session, f"ack-hour:{receiver.value}", limit=3, within=hour, now=now)
        and allow(session, f"ack-day:{receiver.value}", limit=10, within=day, now=now)
        and allow(session, "ack", limit=60, within=minute, now=now)
    ):
        return
    session.add(
        Delivery(
            ticket_id=ticket_id,
            mailbox_id=incoming.mailbox_id,
            kind="acknowledgement",
            receiver=receiver.value,
            receiver_name=receiver.name,
            due_at=now,
            created_at=now,
        )
    )
    session.flush()


def _preview(incoming: Incoming) -> str:
    return " ".join((incoming.visible_text or incoming.text)[: PREVIEW * 4].split())[:PREVIEW]
