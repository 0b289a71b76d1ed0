"""Signing in and out: throttled, and the same answer in the same time whoever asks."""

from datetime import datetime, timedelta
from threading import Lock

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock
from supportbox.people.agent import Agent
from supportbox.people.password import is_password
from supportbox.people.throttle import allow, forgive
from supportbox.web.access import safe_next, sign_in, sign_out, viewer
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing

WINDOW = timedelta(minutes=15)
TRIES_HERE = 8  # for one address from one place
TRIES_FROM = 60  # from one place, for any address
TRIES_FOR = 100  # for one address, from any place: high, so that strangers cannot lock its owner out

bp = Blueprint("login", __name__)
# A hash takes 19 MiB for a moment; one at a time keeps a crowd from taking it all.
_one_at_a_time = Lock()


@bp.get("/login")
def form() -> ResponseReturnValue:
    wanted = safe_next(request.args.get("next", ""))
    return redirect(wanted, 303) if viewer() else _form(next=wanted)


@bp.post("/login")
def login() -> ResponseReturnValue:
    """Check address and password; begin a session."""
    email = request.form.get("email", "").strip().lower()[:254]
    wanted = safe_next(request.form.get("next", ""))
    if not _may_try(email, request.remote_addr or "", now=clock.now()):
        sentence = _("Too many tries. Wait a quarter of an hour, then try again.")
        return _form(problem=sentence, email=email, next=wanted), 429
    agent = _find(email, request.form.get("password", ""))
    if agent is None:
        sentence = _("This address and password do not belong together.")
        return _form(problem=sentence, email=email, next=wanted), 401
    sign_in(agent)
    return redirect(wanted, 303)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    sign_out()
    return redirect("/login", 303)


def _form(*, next: str, email: str = "", problem: str = "") -> str:
    return render("login.html", next=next, email=email, problem=problem, kept="")


def _may_try(email: str, place: str, *, now: datetime) -> bool:
    limits = (
        (f"login:{email}:{place}", TRIES_HERE),
        (f"login-from:{place}", TRIES_FROM),
        (f"login-for:{email}", TRIES_FOR),
    )
    with writing() as session:
        return all(allow(session, bucket, limit=limit, within=WINDOW, now=now) for bucket, limit in limits)


def _find(email: str, password: str) -> Agent | None:
    with writing() as session:
        agent = session.scalar(select(Agent).where(Agent.email == email, Agent.is_active.is_(True)))
    with _one_at_a_time:
        is_right = is_password(password, agent.password_hash if agent else "")
    if agent is None or not is_right:
        return None
    with writing() as session:
        forgive(session, f"login:{email}:{request.remote_addr or ''}")
        forgive(session, f"login-for:{email}")
    return agent
