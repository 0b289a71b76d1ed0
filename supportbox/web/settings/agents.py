"""The people who answer: who they are and may do, inviting, another role, leaving and coming back."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import NotFound, Refused
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import has_way_out
from supportbox.inbox.handing_back import hand_back
from supportbox.people.agent import ROLES, Agent
from supportbox.people.business import change_business
from supportbox.people.invitation import Invitation, invite, renew, withdraw
from supportbox.people.standing import (
    change_role,
    check_may_change,
    check_may_give,
    deactivate,
    drop_second_factor,
    reactivate,
)
from supportbox.people.team import Team, TeamAgent
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, get_viewer, managers_only
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.invitations import invitation_link, send_invitation
from supportbox.web.noting import note_here
from supportbox.web.reading import business, forget_business, writing
from supportbox.web.settings.role_words import role_words
from supportbox.web.times import Times

bp = Blueprint("agents", __name__, url_prefix="/settings/agents")
bp.before_request(ask_to_sign_in)
PAGE = "/settings/agents"


@dataclass(frozen=True, slots=True)
class Pending:
    """An invitation as the page shows it; `fate` is what became of its letter, "" when none was sent."""

    id: int
    email: str
    role: str
    expires_at: datetime
    fate: str


@bp.get("")
@managers_only
def show() -> str:
    return _draw()


@bp.post("/invitations")
@managers_only
def send() -> ResponseReturnValue:
    """Invite somebody: by letter where a mailbox can send, and by a link to hand over in any case."""
    email, role = request.form.get("email", "").strip()[:254], request.form.get("role", "")
    chosen = request.form.get("language", "")
    try:
        with writing() as session:
            me = get_viewer().agent(session)
            language = chosen if chosen in LANGUAGES else page_language()
            invitation, token = invite(session, email, role=role, language=language, by=me, now=clock.now())
            is_sent = send_invitation(session, invitation, token, me.name)
            note_here(session, "agent_invited", email=invitation.email, role=role)
    except Refused as error:
        return _draw(problem=explain(error), email=email, role=role), error.status
    return _draw(link=invitation_link(token), invited=invitation.email, is_sent=is_sent)


@bp.post("/invitations/<int:number>/renewal")
@managers_only
def send_again(number: int) -> ResponseReturnValue:
    """A new link and letter; the link before leads nowhere any more."""
    with writing() as session:
        me, invitation = get_viewer().agent(session), _get_invitation(session, number)
        check_may_give(invitation.role, by=me)
        token = renew(session, invitation, now=clock.now())
        is_sent = send_invitation(session, invitation, token, me.name)
        note_here(session, "agent_invited", email=invitation.email, role=invitation.role)
    return _draw(link=invitation_link(token), invited=invitation.email, is_sent=is_sent)


@bp.post("/invitations/<int:number>/deletion")
@managers_only
def take_back(number: int) -> ResponseReturnValue:
    """The link leads nowhere any more."""
    with writing() as session:
        invitation = _get_invitation(session, number)
        withdraw(session, invitation)
        note_here(session, "invitation_withdrawn", email=invitation.email)
    return redirect(f"{PAGE}?saved", 303)


@bp.post("/<int:number>/role")
@managers_only
def give_role(number: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            agent, was = _get_agent(session, number), ""
            was = agent.role
            change_role(session, agent, request.form.get("role", ""), by=get_viewer().agent(session))
            if agent.role != was:
                note_here(session, "role_changed", email=agent.email, role=agent.role, was=was)
    except NotFound:
        raise
    except Refused as error:
        return _draw(problem=explain(error)), error.status
    return redirect(f"{PAGE}?saved", 303)


@bp.post("/<int:number>/deactivation")
@managers_only
def send_away(number: int) -> ResponseReturnValue:
    """Out at once, everywhere; their open tickets go back to nobody."""
    try:
        with writing() as session:
            agent, me = _get_agent(session, number), get_viewer().agent(session)
            deactivate(session, agent, by=me)
            returned = hand_back(session, agent, by=me, at=clock.now())
            note_here(session, "agent_deactivated", email=agent.email, returned=returned)
    except NotFound:
        raise
    except Refused as error:
        return _draw(problem=explain(error)), error.status
    return redirect(f"{PAGE}?returned={returned}", 303)


@bp.post("/<int:number>/reactivation")
@managers_only
def bring_back(number: int) -> ResponseReturnValue:
    with writing() as session:
        agent = _get_agent(session, number)
        reactivate(session, agent, by=get_viewer().agent(session))
        note_here(session, "agent_reactivated", email=agent.email)
    return redirect(f"{PAGE}?saved", 303)


@bp.post("/<int:number>/second-factor/deletion")
@managers_only
def reset_second_factor(number: int) -> ResponseReturnValue:
    """For somebody whose telephone is gone: their password alone opens the desk, until they set up a new one."""
    with writing() as session:
        agent = _get_agent(session, number)
        check_may_change(agent, by=get_viewer().agent(session))
        drop_second_factor(session, agent)
        note_here(session, "second_factor_reset", email=agent.email)
    return redirect(f"{PAGE}?saved", 303)


@bp.post("/second-factor")
@managers_only
def demand_second_factor() -> ResponseReturnValue:
    """Whether everybody has to set one up before they get further."""
    is_wanted = "needed" in request.form
    with writing() as session:
        change_business(session, needs_second_factor=is_wanted)
        note_here(session, "second_factor_demanded" if is_wanted else "second_factor_left_free")
    forget_business()
    return redirect(f"{PAGE}?saved", 303)


def _get_agent(session: Session, number: int) -> Agent:
    agent = session.get(Agent, number)
    if agent is None:
        raise NotFound("There is no such agent.")
    return agent


def _get_invitation(session: Session, number: int) -> Invitation:
    invitation = session.get(Invitation, number)
    if invitation is None:
        raise NotFound("This invitation was taken or withdrawn meanwhile.")
    return invitation


def _draw(
    *, problem: str = "", email: str = "", role: str = "agent", link: str = "", invited: str = "", is_sent: bool = False
) -> str:
    session, me = db.session(), get_viewer()
    returned = request.args.get("returned", "")
    return render(
        "settings/agents.html",
        agents=session.scalars(select(Agent).order_by(Agent.is_active.desc(), Agent.name, Agent.id)).all(),
        teams=_teams(session),
        invitations=_invitations(session),
        roles=[(key, *words) for key, words in role_words().items()],
        givable=[key for key in ROLES if key != "owner" or me.role == "owner"],
        me=me,
        times=Times(clock.now()),
        now=clock.now(),
        can_send=has_way_out(session),
        needs_second_factor=business().needs_second_factor,
        problem=problem,
        email=email,
        role=role,
        link=link,
        invited=invited,
        is_sent=is_sent,
        is_saved="saved" in request.args,
        returned=int(returned) if returned.isdecimal() and len(returned) < 7 else None,
    )


def _teams(session: Session) -> dict[int, list[str]]:
    """The names of each agent's teams."""
    found: dict[int, list[str]] = {}
    pairs = select(TeamAgent.agent_id, Team.name).join(Team, Team.id == TeamAgent.team_id).order_by(Team.name)
    for agent_id, name in session.execute(pairs):
        found.setdefault(agent_id, []).append(name)
    return found


def _invitations(session: Session) -> list[Pending]:
    query = (
        select(Invitation.id, Invitation.email, Invitation.role, Invitation.expires_at, Delivery.state)
        .outerjoin(Delivery, Delivery.id == Invitation.letter_id)
        .order_by(Invitation.id)
    )
    return [Pending(*row[:4], row[4] or "") for row in session.execute(query)]
