"""Handing a ticket over: to whom, with a summary drafted from what is known; what was promised, the agent fills in."""

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Conflict, Forbidden, Refused
from supportbox.inbox.handover import Summary, hand_over, summarise
from supportbox.inbox.ticket import Ticket
from supportbox.people.agent import Agent
from supportbox.people.contact_value import region_of, shown
from supportbox.people.team import Team
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.after_send import ticket_address
from supportbox.web.inbox.callbacks import slot_words
from supportbox.web.inbox.gate import get_ticket, visible_ticket
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import business, reading, writing
from supportbox.web.times import Times

_AGENTS = select(Agent.id, Agent.name).where(Agent.is_active, Agent.role != "light").order_by(Agent.name, Agent.id)
_TEAMS = select(Team.id, Team.name).order_by(Team.name)


def show(number: int) -> ResponseReturnValue:
    """The form with its draft."""
    _check()
    return _page(number, None)


def give(number: int) -> ResponseReturnValue:
    """Assign and note in one go."""
    _check()
    note = request.form.get("note", "").replace("\r\n", "\n")
    try:
        with writing() as session:
            ticket = get_ticket(session, number)
            if ticket.merged_into_id or ticket.deleted_at:
                raise Conflict("This ticket was merged or deleted: nothing in it changes any more.")
            agent, team = _chosen(session, request.form.get("to", ""))
            hand_over(session, ticket, note, by=get_viewer().agent(session), at=clock.now(), to=agent, team=team)
    except Refused as error:
        return _page(number, note, problem=explain(error), status=error.status)
    return redirect(ticket_address(number), 303)


def draft(summary: Summary, times: Times) -> str:
    """The note as the agent finds it."""
    parts = []
    if summary.last_words and summary.said_at:
        parts.append(f"{_('Last words of the customer')} ({times.message(summary.said_at)}):\n{summary.last_words}")
    if summary.last_answer:
        parts.append(f"{_('Our last answer:')}\n{summary.last_answer}")
    parts.append(f"{_('Promised:')} ")
    if due := _due(summary, times):
        parts.append(f"{_('Due:')}\n" + "\n".join(f"- {line}" for line in due))
    return "\n\n".join(parts)


def _due(summary: Summary, times: Times) -> list[str]:
    region = region_of(business())
    lines = [
        _(
            "call %(number)s, %(when)s",
            number=shown("phone", one.phone, region=region),
            when=slot_words(one.slot_from, one.slot_to, times),
        )
        for one in summary.callbacks
    ]
    if summary.snoozed_until:
        lines.append(_("comes back from its snooze on %(when)s", when=times.full(summary.snoozed_until)))
    return lines


def _chosen(session: Session, to: str) -> tuple[Agent | None, Team | None]:
    """An agent by number, or a team as team-3."""
    number = to.removeprefix("team-")
    if not (number.isdecimal() and number.isascii() and len(number) < 16):
        return None, None
    return (None, session.get(Team, int(number))) if to != number else (session.get(Agent, int(number)), None)


def _page(number: int, note: str | None, *, problem: str = "", status: int = 200) -> Response:
    row, viewer = visible_ticket(number), get_viewer()
    times = Times(clock.now())
    with Session(reading()) as session:
        ticket = session.get_one(Ticket, row.id)
        subject = ticket.subject
        written = note if note is not None else draft(summarise(session, ticket), times)
    agents = [(one.id, one.name) for one in reading().execute(_AGENTS) if one.id != viewer.id]
    body = render(
        "inbox/handover.html",
        number=number,
        subject=subject,
        note=written,
        agents=agents,
        teams=reading().execute(_TEAMS).all(),
        to=request.form.get("to", ""),
        problem=problem,
        **sidebar(viewer, request.args.get("in", "")),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _check() -> None:
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not hand tickets over.")
