"""An agent's own settings: name, language, theme, keys, password."""

from dataclasses import replace

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox.errors import Refused
from supportbox.people.password import is_password
from supportbox.people.reset import set_password
from supportbox.web.access import ask_to_sign_in, get_viewer, sign_in
from supportbox.web.frame import render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.reading import writing

THEMES = ("", "light", "dark")

bp = Blueprint("me", __name__, url_prefix="/settings/me")
bp.before_request(ask_to_sign_in)


@bp.get("")
def form() -> str:
    return render("me.html", me=get_viewer(), problem="", is_saved="saved" in request.args)


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep what the form says."""
    wanted = replace(
        get_viewer(),
        name=request.form.get("name", "").strip()[:100],
        language=_one_of(request.form.get("language", ""), ("", *LANGUAGES)),
        theme=_one_of(request.form.get("theme", ""), THEMES),
        has_keys_off="keys" not in request.form,
    )
    try:
        if not wanted.name:
            raise Refused("An agent needs a name: customers see it under every reply.")
        with writing() as session:
            agent = get_viewer().agent(session)
            for field in ("name", "language", "theme", "has_keys_off"):
                setattr(agent, field, getattr(wanted, field))
    except Refused as error:
        return render("me.html", me=wanted, problem=explain(error), is_saved=False), error.status
    return redirect("/settings/me?saved", 303)


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """A new password ends every other session of this agent."""
    try:
        with writing() as session:
            agent = get_viewer().agent(session)
            if not is_password(request.form.get("old", ""), agent.password_hash):
                raise Refused("The present password is not right.")
            set_password(session, agent, request.form.get("new", ""))
        sign_in(agent)
    except Refused as error:
        return render("me.html", me=get_viewer(), problem=explain(error), is_saved=False), error.status
    return redirect("/settings/me?saved", 303)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""
