"""An agent's own settings: name, language, theme, keys, away or not, password; and where they are signed in."""

from dataclasses import replace
from zoneinfo import available_timezones

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.people.agent_session import sessions_of
from supportbox.people.reset import set_password
from supportbox.store import db
from supportbox.web.access import Viewer, ask_to_sign_in, get_viewer, sign_in
from supportbox.web.devices import device_words
from supportbox.web.frame import render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.inbox.after_send import AFTER, after_send
from supportbox.web.noting import note_here
from supportbox.web.own_password import check_own_password
from supportbox.web.reading import writing
from supportbox.web.times import Times, list_zones

THEMES = ("", "light", "dark")

bp = Blueprint("me", __name__, url_prefix="/settings/me")
bp.before_request(ask_to_sign_in)


@bp.get("")
def form() -> str:
    return _draw(get_viewer())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep what the form says."""
    wanted = replace(
        get_viewer(),
        name=request.form.get("name", "").strip()[:100],
        language=_one_of(request.form.get("language", ""), ("", *LANGUAGES)),
        timezone=request.form.get("timezone", "").strip(),
        theme=_one_of(request.form.get("theme", ""), THEMES),
        has_keys_off="keys" not in request.form,
        is_away="away" in request.form,
    )
    try:
        if not wanted.name:
            raise Refused("An agent needs a name: customers see it under every reply.")
        if wanted.timezone and wanted.timezone not in available_timezones():
            raise Refused("Choose a time zone of the list, such as Europe/Paris.")
        with writing() as session:
            agent = get_viewer().agent(session)
            for field in ("name", "language", "timezone", "theme", "has_keys_off", "is_away"):
                setattr(agent, field, getattr(wanted, field))
            agent.after_send = _one_of(request.form.get("after_send", ""), AFTER) or agent.after_send
    except Refused as error:
        return _draw(wanted, problem=explain(error)), error.status
    return redirect("/settings/me?saved", 303)


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """A new password ends every other session of this agent."""
    try:
        check_own_password(request.form.get("old", ""))
        with writing() as session:
            agent = get_viewer().agent(session)
            set_password(session, agent, request.form.get("new", ""))
            note_here(session, "password_changed")
        sign_in(agent)
    except Refused as error:
        return _draw(get_viewer(), problem=explain(error)), error.status
    return redirect("/settings/me?saved", 303)


def _draw(me: Viewer, *, problem: str = "") -> str:
    now = clock.now()
    sessions = [
        (one, device_words(one.user_agent), one.id == me.session_id)
        for one in sessions_of(db.session(), me.id, now=now)
    ]
    return render(
        "me.html",
        me=me,
        problem=problem,
        is_saved="saved" in request.args,
        sessions=sessions,
        times=Times(now),
        after_send=after_send(),
        zones=list_zones(),
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""
