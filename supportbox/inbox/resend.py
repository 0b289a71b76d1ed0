"""Sending again: an agent's decision about a delivery that failed or may not have arrived."""

from datetime import datetime

from sqlalchemy.orm import Session

from supportbox.errors import Conflict, NotFound
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.suppression import allow_again
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.hiring import check_address


def resend(session: Session, delivery: Delivery, *, by: Agent, at: datetime, to: str = "") -> None:
    """Queue it once more, with the same Message-ID: a receiver who has it already can tell.

    Who sends again what came back says that the address is good, so it gets letters again. With `to`, a mail that
    was not delivered goes to another address, because this one was mistyped."""
    if delivery.ticket_id is None:
        raise NotFound("There is no such letter.")
    if delivery.state not in ("failed", "uncertain"):
        raise Conflict("This letter is on its way already.")
    if to:
        if delivery.state != "failed" or delivery.channel != "email":
            raise Conflict("Only a letter that was not delivered can go to another address.")
        delivery.receiver, delivery.receiver_name = check_address(to), ""
    delivery.state, delivery.phase, delivery.attempts, delivery.last_error = "queued", "", 0, ""
    delivery.due_at = delivery.created_at = at
    if delivery.channel == "email":
        allow_again(session, delivery.receiver)
    record(session, "sent_again", at=at, ticket_id=delivery.ticket_id, message_id=delivery.message_id, agent_id=by.id)
    session.get_one(Ticket, delivery.ticket_id).touch(at)
    session.flush()
