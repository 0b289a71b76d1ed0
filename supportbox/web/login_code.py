"""The second step of signing in: a code of the authenticator app, or one of the recovery codes."""

import hashlib
from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import unseal
from supportbox.people.agent import Agent
from supportbox.people.recovery import count_codes, use_code
from supportbox.people.throttle import allow, forgive
from supportbox.people.totp import matching_step
from supportbox.web.access import current_settings, safe_next, sign_in
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.noting import note_here
from supportbox.web.reading import writing

PATIENCE = timedelta(minutes=10)
WINDOW, TRIES_HERE = timedelta(minutes=15), 6
# Over a day and from anywhere, by somebody who knows the password: a chance of one in ten thousand.
DAY, TRIES_A_DAY = timedelta(days=1), 30

bp = Blueprint("login_code", __name__)


def ask_for_code(agent: Agent, wanted: str) -> ResponseReturnValue:
    """The password was right: remember that for a few minutes, in a session that opens nothing yet."""
    session.clear()
    session["code"] = [agent.id, int(clock.now().timestamp()), _mark(agent)]
    return redirect(f"/login/code?next={quote(wanted, safe='/')}" if wanted != "/inbox/" else "/login/code", 303)


@bp.get("/login/code")
def form() -> ResponseReturnValue:
    if _waiting() is None:
        return redirect("/login", 303)
    return render("login_code.html", next=safe_next(request.args.get("next", "")), problem="")


@bp.post("/login/code")
def check() -> ResponseReturnValue:
    """Begin the session when the code is right."""
    waiting, wanted = _waiting(), safe_next(request.form.get("next", ""))
    if waiting is None:
        return redirect("/login", 303)
    number, mark = waiting
    with writing() as db:
        if not _may_try(db, number):
            sentence = _("Too many tries. Wait a quarter of an hour, then try again.")
            return render("login_code.html", next=wanted, problem=sentence), 429
        agent = db.get(Agent, number)
        if agent is None or not agent.is_active or _mark(agent) != mark:
            session.clear()
            return redirect("/login", 303)
        is_right = _is_right(db, agent, request.form.get("code", "")[:40])
        if is_right:
            forgive(db, f"code:{number}:{request.remote_addr or ''}")
        note_here(db, "signed_in" if is_right else "code_failed", by=agent.id)
    if not is_right:
        return render("login_code.html", next=wanted, problem=_("This code is not right, or was used already.")), 401
    sign_in(agent)
    return redirect(wanted, 303)


def is_code(agent: Agent, typed: str) -> bool:
    """Whether the app shows this code now; each counts once."""
    secret = unseal(current_settings(), agent.totp_sealed)
    step = matching_step(secret, typed, after=agent.totp_step, now=clock.now())
    if step is None:
        return False
    agent.totp_step = step
    return True


def _is_right(db: Session, agent: Agent, typed: str) -> bool:
    if is_code(agent, typed):
        return True
    if use_code(db, agent.id, typed, key=current_settings().key("recovery")):
        note_here(db, "recovery_code_used", by=agent.id, left=count_codes(db, agent.id))
        return True
    return False


def _may_try(db: Session, number: int) -> bool:
    now, here = clock.now(), f"code:{number}:{request.remote_addr or ''}"
    return allow(db, here, limit=TRIES_HERE, within=WINDOW, now=now) and allow(
        db, f"code-for:{number}", limit=TRIES_A_DAY, within=DAY, now=now
    )


def _waiting() -> tuple[int, str] | None:
    """Who has given the right password a moment ago."""
    kept = session.get("code")
    if not kept or clock.now().timestamp() - kept[1] > PATIENCE.total_seconds():
        return None
    return int(kept[0]), str(kept[2])


def _mark(agent: Agent) -> str:
    # Another password or another second factor meanwhile makes the first step worthless.
    return hashlib.sha256(f"{agent.password_hash}:{agent.totp_sealed}".encode()).hexdigest()[:32]
