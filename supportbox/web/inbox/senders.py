"""What an agent says about senders: who takes part in a ticket, whose letters are spam, whose never are."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox import participants
from supportbox.inbox.event import record
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import UNKNOWN
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.trust import forget_rule, set_rule
from supportbox.web.inbox.changes import change_ticket

EVENTS = {"blocked": "sender_blocked", "trusted": "sender_trusted", "none": "sender_rule_forgotten"}


def accept(number: int, contact_id: int) -> ResponseReturnValue:
    """Answers go to this person too from now on."""
    return change_ticket(
        number, lambda session, ticket, by, at: participants.accept(session, ticket, contact_id, by=by, at=at)
    )


def leave_out(number: int, contact_id: int) -> ResponseReturnValue:
    return change_ticket(
        number, lambda session, ticket, by, at: participants.leave_out(session, ticket, contact_id, by=by, at=at)
    )


def judge(number: int, message_id: int) -> ResponseReturnValue:
    """Block the sender of a message, which makes the ticket spam; always trust it, which ends that; or neither."""
    rule = request.form.get("rule", "")

    def change(session: Session, ticket: Ticket, by: Agent, at: datetime) -> None:
        if not by.can_reply:
            raise Forbidden("Light agents cannot say whom to block or trust.")
        if rule not in EVENTS:
            raise Refused("Choose whether to block or to trust this sender.")
        address = _sender(session, ticket, message_id)
        if rule == "none":
            forget_rule(session, address)
        else:
            set_rule(session, address, blocked=rule == "blocked", agent_id=by.id, now=at)
        record(session, EVENTS[rule], at=at, ticket_id=ticket.id, agent_id=by.id, address=address)
        if rule == "blocked":
            ticket.mark_spam(by=by, at=at)
        elif rule == "trusted" and ticket.status == "spam":
            ticket.reopen(by=by, at=at)

    return change_ticket(number, change)


def _sender(session: Session, ticket: Ticket, message_id: int) -> str:
    message = session.get(Message, message_id)
    if message is None or message.ticket_id != ticket.id or message.kind != "customer":
        raise NotFound("There is no such message.")
    if "@" not in message.sender_value or message.sender_value == UNKNOWN:
        raise Refused("This message has no sender's address.")
    return message.sender_value
