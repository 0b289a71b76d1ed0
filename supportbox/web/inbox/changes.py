"""What an agent does to a ticket besides writing: close, reopen, assign, snooze, tag, spam."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Conflict, NotFound, Refused
from supportbox.inbox.snooze import snooze, wake
from supportbox.inbox.tagging import tag, untag
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.web.access import get_viewer, safe_next
from supportbox.web.i18n import explain
from supportbox.web.inbox.after_send import ticket_address
from supportbox.web.inbox.gate import get_ticket
from supportbox.web.inbox.ticket import page
from supportbox.web.reading import writing

Change = Callable[[Session, Ticket, Agent, datetime], None]
SNOOZES = {"2h": timedelta(hours=2), "1d": timedelta(days=1), "3d": timedelta(days=3), "7d": timedelta(days=7)}


def close(number: int) -> ResponseReturnValue:
    """Close it; the page that follows says so and can undo it."""
    return change_ticket(number, lambda session, ticket, by, at: ticket.close(by=by, at=at), said=f"closed={number}")


def reopen(number: int) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: ticket.reopen(by=by, at=at))


def mark_spam(number: int) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: ticket.mark_spam(by=by, at=at))


def assign(number: int) -> ResponseReturnValue:
    """To an agent by number, to "me", or to nobody."""
    wanted = request.form.get("agent", "")

    def change(session: Session, ticket: Ticket, by: Agent, at: datetime) -> None:
        assignee = (
            by
            if wanted == "me"
            else session.get(Agent, int(wanted))
            if wanted.isdecimal() and len(wanted) < 16
            else None
        )
        if wanted and (assignee is None or not assignee.is_active):
            raise Refused("This agent is not here any more.")
        ticket.assign(assignee, by=by, at=at)

    return change_ticket(number, change)


def put_off(number: int) -> ResponseReturnValue:
    """Snooze for one of the offered times."""
    length = SNOOZES.get(request.form.get("for", ""))

    def change(session: Session, ticket: Ticket, by: Agent, at: datetime) -> None:
        if length is None:
            raise Refused("Choose how long this ticket shall be snoozed.")
        snooze(session, ticket, until=at + length, by=by, at=at)

    return change_ticket(number, change)


def bring_back(number: int) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: wake(session, ticket, by=by, at=at))


def add_tag(number: int, name: str = "") -> ResponseReturnValue:
    name = name or request.form.get("tag", "")
    return change_ticket(number, lambda session, ticket, by, at: tag(session, ticket, name, by=by, at=at))


def remove_tag(number: int, name: str) -> ResponseReturnValue:
    return change_ticket(number, lambda session, ticket, by, at: untag(session, ticket, name, by=by, at=at))


def change_ticket(number: int, change: Change, *, said: str = "", is_deleted_too: bool = False) -> ResponseReturnValue:
    """Change a ticket and show it, or go where the form says; what hinders that is said on its page."""
    try:
        with writing() as session:
            ticket = get_ticket(session, number)
            if ticket.merged_into_id or (ticket.deleted_at and not is_deleted_too):
                raise Conflict("This ticket was merged or deleted: nothing in it changes any more.")
            change(session, ticket, get_viewer().agent(session), clock.now())
    except NotFound:
        raise
    except Refused as error:
        return page(number, problem=explain(error), text=request.form.get("text", ""), status=error.status)
    following = request.form.get("next", "")
    if not following:
        return redirect(ticket_address(number), 303)
    following = safe_next(following)
    return redirect(following + ("&" if "?" in following else "?") + said if said else following, 303)
