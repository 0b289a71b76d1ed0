"""Moving a ticket: to another mailbox, or to another customer when it turns out to be about somebody else."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.inbox.event import record
from supportbox.inbox.foreign import judge, keep_writers
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer
from supportbox.people.find import find_or_make_contact
from supportbox.people.hiring import check_address


def move(session: Session, ticket: Ticket, mailbox: Mailbox, *, by: Agent, at: datetime) -> None:
    """Answers leave from this mailbox from now on, and its people have the ticket. What was said stays as it was."""
    _check_may(by)
    if not mailbox.is_active:
        raise Refused("This mailbox is switched off. Choose another one.")
    if mailbox.id == ticket.mailbox_id:
        return
    was = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    ticket.mailbox_id = mailbox.id
    left = (was.name or was.address) if was else ""
    here = mailbox.name or mailbox.address
    record(session, "moved", at=at, ticket_id=ticket.id, agent_id=by.id, mailbox=here, was=left)
    ticket.touch(at)
    session.flush()


def give_to(session: Session, ticket: Ticket, address: str, name: str, *, by: Agent, at: datetime) -> None:
    """It is about whoever has this address: known, or new. They see nothing of what was said with somebody else, and
    that somebody takes part, but gets no answers before an agent says so."""
    _check_may(by)
    known_address = check_address(address)
    known = find_or_make_contact(session, "email", known_address, name=name, language="", now=at)
    if known.customer_id == ticket.customer_id:
        raise Refused("This ticket is about them already.")
    was, now_about = (session.get_one(Customer, number) for number in (ticket.customer_id, known.customer_id))
    ticket.customer_id, ticket.answer_to = known.customer_id, ""
    ticket.link_epoch += 1
    session.flush()
    judge(session, ticket)
    keep_writers(session, ticket)
    whose = now_about.name or known_address
    record(session, "customer_changed", at=at, ticket_id=ticket.id, agent_id=by.id, customer=whose, was=was.name)
    ticket.touch(at)
    session.flush()


def _check_may(by: Agent) -> None:
    if not by.can_reply:
        raise Forbidden("Light agents cannot move tickets.")
