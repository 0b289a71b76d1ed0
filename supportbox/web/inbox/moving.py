"""Where a ticket goes: to another mailbox, to another customer, away and back; and who wants to hear of it."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.inbox.follow import follow, unfollow
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.move import give_to, move
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.trash import delete, restore
from supportbox.people.agent import Agent
from supportbox.web.access import get_viewer
from supportbox.web.inbox.changes import change_ticket
from supportbox.web.inbox.gate import hidden

LONGEST_NAME = 200


def move_to(number: int) -> ResponseReturnValue:
    """To another mailbox that this agent may know of."""
    if not get_viewer().can_reply:
        raise Forbidden("Light agents cannot move tickets.")
    wanted = request.form.get("mailbox", "")

    def change(session: Session, ticket: Ticket, by: Agent, at: datetime) -> None:
        mailbox = session.get(Mailbox, int(wanted)) if wanted.isdecimal() and len(wanted) < 16 else None
        if mailbox is None or mailbox.id in hidden(session):
            raise Refused("Choose the mailbox to move this ticket to.")
        move(session, ticket, mailbox, by=by, at=at)

    return change_ticket(number, change)


def give(number: int) -> ResponseReturnValue:
    """It is about somebody else."""
    address, name = request.form.get("address", ""), request.form.get("name", "")[:LONGEST_NAME]
    return change_ticket(number, lambda session, ticket, by, at: give_to(session, ticket, address, name, by=by, at=at))


def throw_away(number: int) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: delete(session, ticket, by=by, at=at))


def bring_back(number: int) -> ResponseReturnValue:
    return change_ticket(
        number, lambda session, ticket, by, at: restore(session, ticket, by=by, at=at), is_deleted_too=True
    )


def begin_following(number: int) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: follow(session, ticket, by, at=at))


def stop_following(number: int) -> ResponseReturnValue:
    return change_ticket(
        number, lambda session, ticket, by, at: unfollow(session, ticket, by, at=at), is_deleted_too=True
    )
