"""The first run, step 1: whoever has the code that `init` printed becomes the owner. Afterwards this page is gone."""

import hmac
from datetime import timedelta
from pathlib import Path

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.config import Settings
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.people.agent import Agent
from supportbox.people.hiring import hire
from supportbox.people.throttle import allow
from supportbox.web.access import sign_in, viewer
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import explain
from supportbox.web.reading import reading, writing
from supportbox.web.setup.progress import ADDRESSES, go_to, step_of

FIELDS = ("code", "name", "email")


def form() -> ResponseReturnValue:
    """The form; for the owner who comes back, the step at which they stopped."""
    here = viewer()
    if here and here.can_manage and (step := step_of(reading())):
        return redirect(ADDRESSES[step], 303)
    _get_code()
    return _form({"code": request.args.get("code", "")})


def set_up() -> ResponseReturnValue:
    """Make the owner, if the code is right."""
    values = {name: request.form.get(name, "").strip()[:200] for name in FIELDS}
    code = _get_code()
    try:
        owner = _make_owner(values, code, request.form.get("password", ""))
    except Refused as error:
        return _form(values, explain(error)), error.status
    _code_file().unlink(missing_ok=True)
    sign_in(owner)
    return redirect(ADDRESSES["business"], 303)


def _make_owner(values: dict[str, str], code: str, password: str) -> Agent:
    now = clock.now()
    with writing() as session:
        is_allowed = allow(session, "setup", limit=20, within=timedelta(hours=1), now=now)
    if not is_allowed:
        raise Forbidden("Too many tries. Wait an hour, then try again.")
    if not hmac.compare_digest(values["code"].encode(), code.encode()):
        raise Forbidden("This is not the set-up code. It was printed by supportbox init and is kept in setup.code.")
    language = page_language()
    with writing() as session:
        # Looked at again under the write lock: two people with one code make one owner.
        _refuse_second(session)
        owner = hire(session, values["email"], name=values["name"], role="owner", password=password, now=now)
        owner.language = language
        go_to(session, "business")
        return owner


def _refuse_second(session: Session) -> None:
    if session.scalar(select(func.count(Agent.id))):
        raise NotFound("This SupportBox is set up already.")


def _form(values: dict[str, str], problem: str = "") -> str:
    shown = {name: values.get(name, "") for name in FIELDS}
    return render("setup.html", values=shown, problem=problem, number=1)


def _get_code() -> str:
    """The code, while there is nobody yet. NotFound afterwards."""
    if reading().execute(select(Agent.id).limit(1)).first() or not _code_file().exists():
        raise NotFound("This SupportBox is set up already.")
    return _code_file().read_text("utf-8").strip()


def _code_file() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.instance / "setup.code"
