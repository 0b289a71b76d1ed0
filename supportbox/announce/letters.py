"""Notices by letter: one letter an agent and ticket, with what was said, and an answer to it goes where it says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session, aliased

from supportbox.announce.wording import Translate, headline
from supportbox.config import Settings
from supportbox.inbox.desk_letter import has_way_out, queue_letter
from supportbox.inbox.event import Event
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.notice import Notice
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.business import load_business
from supportbox.people.customer import Customer
from supportbox.people.team import hidden_mailboxes
from supportbox.people.throttle import allow
from supportbox.translations import catalogue
from supportbox.translations.retelling import retold_in

MOST_AN_HOUR = 60  # to one agent: whatever goes wrong, nobody's postbox is filled
WORDS = 3000  # characters of one message
AT_ONCE = 200
_Actor = aliased(Agent)
_DUE = select(Notice.agent_id, Notice.ticket_id).where(Notice.letter_due_at.is_not(None))
_SAID = (
    select(
        Notice.agent_id,
        Notice.ticket_id,
        Notice.kind,
        Event.kind.label("what"),
        Event.data,
        _Actor.name.label("actor"),
        Message.text,
        Message.visible_text,
        Message.sender_name,
        Message.facts,
    )
    .join(Event, Event.id == Notice.event_id)
    .outerjoin(Message, Message.id == Notice.message_id)
    .outerjoin(_Actor, _Actor.id == Notice.by_id)
    .where(Notice.letter_due_at.is_not(None))
    .order_by(Notice.id)
)


def is_letter_due(session: Session, now: datetime) -> bool:
    return session.execute(_DUE.where(Notice.letter_due_at <= now).limit(1)).first() is not None


def write_letters(session: Session, settings: Settings, *, now: datetime) -> None:
    """Queue the letters that are due; what else happened in the same ticket meanwhile goes along."""
    due = sorted(set(session.execute(_DUE.where(Notice.letter_due_at <= now).limit(AT_ONCE)).all()))
    can_write = has_way_out(session) and load_business(session).is_sending
    for agent_id, tickets in groupby(due, key=lambda pair: pair[0]):
        agent = session.get_one(Agent, agent_id)
        hidden = hidden_mailboxes(session.connection(), agent.id, agent.role)
        for _agent, ticket_id in tickets:
            ticket = session.get_one(Ticket, ticket_id)
            same = (Notice.agent_id == agent_id, Notice.ticket_id == ticket_id)
            said = session.execute(_SAID.where(*same)).all()
            settled = update(Notice).where(*same, Notice.letter_due_at.is_not(None))
            session.execute(settled.values(letter_due_at=None, lettered_at=now))
            if can_write and agent.is_active and _may_hear(ticket, hidden) and _is_allowed(session, agent, now):
                _write(session, settings, agent, ticket, said, now=now)


def _may_hear(ticket: Ticket, hidden: frozenset[int]) -> bool:
    """Asked again: between the notice and its letter a ticket may become spam, go, or move out of sight."""
    is_gone = ticket.status == "spam" or ticket.deleted_at or ticket.erased_at or ticket.merged_into_id
    return not is_gone and ticket.mailbox_id not in hidden


def _is_allowed(session: Session, agent: Agent, now: datetime) -> bool:
    return allow(session, f"notice:{agent.id}", limit=MOST_AN_HOUR, within=timedelta(hours=1), now=now)


def _write(
    session: Session, settings: Settings, agent: Agent, ticket: Ticket, said: Sequence[Row[Any]], *, now: datetime
) -> None:
    language = agent.language or load_business(session).language
    _ = catalogue(language).gettext
    customer = session.get_one(Customer, ticket.customer_id).name
    sender = _sender(session, ticket)
    lines = [headline(_, row.kind, row.what, actor=row.actor or "", customer=_who(row, customer)) for row in said]
    parts = [
        part for row, line in zip(said, lines, strict=True) for part in (f"{line}.", _quoted(row, language)) if part
    ]
    parts.append(f"{settings.base_url}/inbox/tickets/{ticket.reference}")
    parts.append(_how_to_answer(_, agent, has_own_address=bool(sender and sender.has_plus_addresses)))
    parts += [_("Which notices come to you, and how, is for you to say:"), f"{settings.base_url}/settings/me/notices"]
    queue_letter(
        session,
        to=agent.email,
        name=agent.name,
        subject=_("%(what)s: %(subject)s [%(reference)s]")
        % {"what": lines[-1], "subject": ticket.subject or _("(no subject)"), "reference": ticket.reference},
        text="\n\n".join(parts),
        language=language,
        kind="notice",
        now=now,
        ticket_id=ticket.id,
        agent_id=agent.id,
        mailbox_id=sender.id if sender else None,
    )


def _sender(session: Session, ticket: Ticket) -> Mailbox | None:
    """The ticket's own mailbox, so that an answer comes in where the ticket is; else any that can send."""
    can_send = (Mailbox.is_active, Mailbox.smtp_url != "")
    own = select(Mailbox).where(*can_send, Mailbox.id == ticket.mailbox_id)
    return session.scalar(own) or session.scalar(select(Mailbox).where(*can_send).order_by(Mailbox.id).limit(1))


def _how_to_answer(_: Translate, agent: Agent, *, has_own_address: bool) -> str:
    if not has_own_address:
        return _("Please answer on that page: an answer to this letter reaches nobody.")
    if not agent.can_reply:
        return _("If you answer this letter, your words become a note for your colleagues.")
    return _(
        "If you answer this letter, your words go to the customer as your reply. Begin with @note to write a note "
        "for your colleagues instead."
    )


def _who(row: Row[Any], customer: str) -> str:
    return row.sender_name or customer if row.what == "received" else customer


def _quoted(row: Row[Any], language: str) -> str:
    """What was said, marked as somebody else's words, so that none of it can pass for a line of ours."""
    if (row.facts or {}).get("safe"):
        return ""  # said in the safe place: read in the desk alone
    refused = retold_in(language, row.data.get("reason", ""))
    said = refused if row.kind == "failed" else (row.visible_text or row.text or "")
    said = said.strip()
    if not said:
        return ""
    shown = said if len(said) <= WORDS else said[:WORDS].rstrip() + " …"
    return "\n".join(f"> {line}".rstrip() for line in shown.splitlines())
