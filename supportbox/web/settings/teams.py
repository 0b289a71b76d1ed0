"""Teams: who works in which mailboxes. A mailbox of no team is everybody's."""

from collections.abc import Sequence

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import NotFound, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent
from supportbox.people.team import Team, TeamAgent, TeamMailbox, change_team, delete_team, make_team
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, managers_only
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.noting import note_here
from supportbox.web.reading import writing

bp = Blueprint("teams", __name__, url_prefix="/settings/teams")
bp.before_request(ask_to_sign_in)
PAGE = "/settings/teams"


@bp.get("")
@managers_only
def show() -> str:
    return _draw()


@bp.post("")
@managers_only
def add() -> ResponseReturnValue:
    """A new team; its people and mailboxes come next."""
    name = request.form.get("name", "")[:200]
    try:
        with writing() as session:
            team = make_team(session, name)
            note_here(session, "team_made", team=team.name)
    except Refused as error:
        return _draw(problem=explain(error), name=name), error.status
    return redirect(f"{PAGE}?saved#team-{team.id}", 303)


@bp.post("/<int:number>")
@managers_only
def save(number: int) -> ResponseReturnValue:
    """Keep its name, its people and its mailboxes."""
    try:
        with writing() as session:
            team = _get_team(session, number)
            agents = _known(session.scalars(select(Agent.id)).all(), "agent")
            mailboxes = _known(session.scalars(select(Mailbox.id)).all(), "mailbox")
            change_team(session, team, request.form.get("name", ""), agents=agents, mailboxes=mailboxes)
            note_here(session, "team_changed", team=team.name, agents=agents, mailboxes=mailboxes)
    except NotFound:
        raise
    except Refused as error:
        return _draw(problem=explain(error)), error.status
    return redirect(f"{PAGE}?saved", 303)


@bp.post("/<int:number>/deletion")
@managers_only
def remove(number: int) -> ResponseReturnValue:
    """Its mailboxes are everybody's again."""
    with writing() as session:
        team = _get_team(session, number)
        delete_team(session, team)
        note_here(session, "team_deleted", team=team.name)
    return redirect(f"{PAGE}?saved", 303)


def _known(there: Sequence[int], field: str) -> list[int]:
    """The ticked ones that are there."""
    ticked = set(request.form.getlist(field))
    return [number for number in there if str(number) in ticked]


def _get_team(session: Session, number: int) -> Team:
    team = session.get(Team, number)
    if team is None:
        raise NotFound("There is no such team.")
    return team


def _draw(*, problem: str = "", name: str = "") -> str:
    session = db.session()
    return render(
        "settings/teams.html",
        teams=session.execute(select(Team.id, Team.name).order_by(Team.name)).all(),
        agents=session.execute(select(Agent.id, Agent.name, Agent.is_active).order_by(Agent.name)).all(),
        mailboxes=session.execute(select(Mailbox.id, Mailbox.address).order_by(Mailbox.address)).all(),
        people_of={tuple(row) for row in session.execute(select(TeamAgent.team_id, TeamAgent.agent_id))},
        boxes_of={tuple(row) for row in session.execute(select(TeamMailbox.team_id, TeamMailbox.mailbox_id))},
        problem=problem,
        name=name,
        is_saved="saved" in request.args,
    )
