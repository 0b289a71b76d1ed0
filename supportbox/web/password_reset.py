"""A new password by letter: the same page in the same time whether the address is an agent's or nobody's."""

from datetime import timedelta

from flask import Blueprint, Flask, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.errors import NotFound, Refused
from supportbox.inbox.desk_letter import has_way_out, queue_letter
from supportbox.people.agent import Agent
from supportbox.people.audit import note
from supportbox.people.reset import find_reset, offer_reset, reset_password
from supportbox.people.throttle import allow
from supportbox.store import db
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import LANGUAGES, catalogue, explain
from supportbox.web.noting import note_here
from supportbox.web.reading import business, writing

HOUR = timedelta(hours=1)
LETTERS_TO, LETTERS_FROM = 3, 30  # an hour: to one address, asked for from one place

bp = Blueprint("password_reset", __name__, url_prefix="/login/reset")


@bp.get("")
def form() -> str:
    return render("reset.html", problem="", is_asked=False, can_send=has_way_out(db.session()))


@bp.post("")
def ask() -> ResponseReturnValue:
    """Say that a letter is under way; whether one is, is decided when this answer has left."""
    email = request.form.get("email", "").strip().lower()[:254]
    place, language = request.remote_addr or "", page_language()
    with writing() as session:
        is_allowed = allow(session, f"reset-from:{place}", limit=LETTERS_FROM, within=HOUR, now=clock.now())
    can_send = has_way_out(db.session())
    answer = make_response(render("reset.html", problem="", is_asked=can_send, can_send=can_send))
    if is_allowed and can_send:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy to the checker
        answer.call_on_close(lambda: _send(app, email, place, language))
    return answer


@bp.get("/<token>")
def link(token: str) -> str:
    _get_owner(token)
    return render("reset_password.html", token=token, problem="")


@bp.post("/<token>")
def change(token: str) -> ResponseReturnValue:
    """Set the new password; every session ends, and the link is used up."""
    _get_owner(token)
    try:
        with writing() as session:
            agent = reset_password(session, token, request.form.get("password", ""), now=clock.now())
            note_here(session, "password_reset", by=agent.id)
    except NotFound:
        raise
    except Refused as error:
        return render("reset_password.html", token=token, problem=explain(error)), error.status
    return redirect("/login?new", 303)


def _get_owner(token: str) -> Agent:
    agent = find_reset(db.session(), token, now=clock.now())
    if agent is None:
        raise NotFound("This link is over or was used already. Ask for a new one.")
    return agent


def _send(app: Flask, email: str, place: str, language: str) -> None:
    """Queue the letter if the address is an agent's and has not had too many."""
    settings, now = app.extensions["settings"], clock.now()
    with app.app_context(), writing() as session:
        # Counted for nobody's address too: the commit is what takes time, and the next request might feel it.
        is_allowed = allow(session, f"reset-to:{email}", limit=LETTERS_TO, within=HOUR, now=now)
        agent = session.scalar(select(Agent).where(Agent.email == email, Agent.is_active.is_(True)))
        if agent is None or not is_allowed:
            return
        chosen = agent.language if agent.language in LANGUAGES else language
        address = f"{settings.base_url}/login/reset/{offer_reset(session, agent, now=now)}"
        subject, text = _words(chosen, business().name, address)
        queue_letter(
            session,
            to=agent.email,
            name=agent.name,
            subject=subject,
            text=seal(settings, text),
            is_sealed=True,
            language=chosen,
            kind="reset",
            now=now,
        )
        note(session, "reset_asked", agent_id=agent.id, at=now, address=place)


def _words(language: str, name: str, address: str) -> tuple[str, str]:
    _ = catalogue(language).gettext
    lines = (
        _("Somebody, probably you, asked for a new password for the help desk of %(name)s.") % {"name": name},
        _("To choose one, open this link within an hour. It works once."),
        address,
        _("If it was not you, do nothing: your password stays as it is."),
    )
    return _("A new password for %(name)s") % {"name": name}, "\n\n".join(lines)
