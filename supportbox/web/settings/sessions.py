"""Ending one's own sessions: one of them, or all but this one."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from supportbox.people.agent_session import end_sessions
from supportbox.web.access import ask_to_sign_in, get_viewer
from supportbox.web.noting import note_here
from supportbox.web.reading import writing

bp = Blueprint("sessions", __name__, url_prefix="/settings/me/sessions")
bp.before_request(ask_to_sign_in)


@bp.post("/<int:number>/deletion")
def end_one(number: int) -> ResponseReturnValue:
    """That device is signed out. Somebody else's session is not ours to end: nothing happens."""
    me = get_viewer()
    with writing() as session:
        end_sessions(session, me.id, only=number)
        note_here(session, "session_ended")
    return redirect("/login" if number == me.session_id else "/settings/me?saved", 303)


@bp.post("/deletion")
def end_others() -> ResponseReturnValue:
    """Every other device is signed out."""
    me = get_viewer()
    with writing() as session:
        end_sessions(session, me.id, but=me.session_id)
        note_here(session, "sessions_ended")
    return redirect("/settings/me?saved", 303)
