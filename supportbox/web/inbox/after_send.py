"""Where an agent goes after sending, and the bar there that can still take it back."""

from dataclasses import dataclass

from flask import current_app, request
from sqlalchemy import bindparam, func, select

from supportbox import clock
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.folders import FOLDERS
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.customer import Customer
from supportbox.web.access import get_viewer, safe_next
from supportbox.web.reading import reading

AFTER = ("next", "stay", "list")
# By the agent's own message only, while all of it still waits.
_SENT = (
    select(
        Message.ticket_id,
        Customer.name,
        func.min(Delivery.due_at).label("due_at"),
        func.min(Delivery.receiver).label("receiver"),
    )
    .join(Delivery, Delivery.message_id == Message.id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .where(Message.id == bindparam("message"), Message.agent_id == bindparam("agent"), Message.kind == "agent")
    .group_by(Message.ticket_id, Customer.name)
    .having(func.sum(Delivery.attempts) == 0)
    .having(func.min(Delivery.state) == "queued", func.max(Delivery.state) == "queued")
)
_AFTER = select(Agent.after_send).where(Agent.id == bindparam("agent"))


@dataclass(frozen=True, slots=True)
class JustSent:
    """A reply that can still be taken back, as the bar names it."""

    ticket: int
    message: int
    receiver: str
    seconds: int


def ticket_address(number: int) -> str:
    """The ticket's page, in the folder where the agent came from."""
    folder = request.args.get("in", "")
    return f"/inbox/tickets/SB-{number}" + (f"?in={folder}" if folder.isalpha() else "")


def following(after_send: str, number: int, message_id: int) -> str:
    """The next ticket, the list or this ticket, as the agent wants it. A form that names no next one stays."""
    wanted = request.form.get("next")
    if after_send == "stay" or wanted is None:
        return f"{ticket_address(number)}#m{message_id}"
    folder = request.args.get("in", "")
    address = f"/inbox/{folder if folder in FOLDERS else 'unassigned'}"
    if after_send == "next" and wanted:
        address = safe_next(wanted)
    return f"{address}{'&' if '?' in address else '?'}sent={message_id}"


def after_send() -> str:
    """What this agent chose."""
    chosen: str = reading().execute(_AFTER, {"agent": get_viewer().id}).scalar_one()
    return chosen


def just_sent() -> JustSent | None:
    """The reply that the page before this one sent, as long as it has not left."""
    number = request.args.get("sent", "")
    if not (number.isdecimal() and len(number) < 16):
        return None
    row = reading().execute(_SENT, {"message": int(number), "agent": get_viewer().id}).first()
    if row is None:
        return None
    left = int((row.due_at - clock.now()).total_seconds())
    longest = int(current_app.extensions["settings"].undo_seconds)
    return JustSent(row.ticket_id, int(number), row.name or row.receiver, min(left, longest)) if left > 0 else None
