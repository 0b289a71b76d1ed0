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
from supportbox.store import db
from supportbox.web.access import safe_next, sign_in, sign_out, viewer
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.login_code import ask_for_code
from supportbox.web.noting import note_here
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
    """Check address and password; begin a session, or ask for the second factor first."""
    email = request.form.get("email", "").strip().lower()[:254]
    wanted = safe_next(request.form.get("next", ""))
    if not _may_try(email, request.remote_addr or "", now=clock.now()):
        sentence = _("Too many tries. Wait a quarter of an hour, then try again.")
        return _form(problem=sentence, email=email, next=wanted), 429
    agent = _find(email, request.form.get("password", ""))
    if agent is None:
        sentence = _("This address and password do not belong together.")
        return _form(problem=sentence, email=email, next=wanted), 401
    if agent.totp_sealed:
        return ask_for_code(agent, wanted)
    sign_in(agent)
    return redirect(wanted, 303)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    sign_out()
    return redirect("/login", 303)


def _form(*, next: str, email: str = "", problem: str = "") -> str:
    return render("login.html", next=next, email=email, problem=problem, kept="", is_new="new" in request.args)


def _may_try(email: str, place: str, *, now: datetime) -> bool:
    limits = (
        (f"login:{email}:{place}", TRIES_HERE),
        (f"login-from:{place}", TRIES_FROM),
        (f"login-for:{email}", TRIES_FOR),
    )
    with writing() as session:
        return all(allow(session, bucket, limit=limit, within=WINDOW, now=now) for bucket, limit in limits)


def _find(email: str, password: str) -> Agent | None:
    # One column, not a model: reading somebody must take no longer than finding nobody.
    kept = db.session.scalar(select(Agent.password_hash).where(Agent.email == email, Agent.is_active.is_(True)))
    with _one_at_a_time:
        is_right = is_password(password, kept or "")
    with writing() as session:
        if not is_right:
            note_here(session, "login_failed", email=email)
            return None
        agent = session.scalars(select(Agent).where(Agent.email == email, Agent.password_hash == kept)).one()
        forgive(session, f"login:{email}:{request.remote_addr or ''}")
        forgive(session, f"login-for:{email}")
        note_here(session, "login_passed" if agent.totp_sealed else "signed_in", by=agent.id)
    return agent
