"""How long things are kept, for owners and admins: what would go is counted before anything is saved."""

from dataclasses import replace

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.people.audit import note
from supportbox.people.business import Business, change_business
from supportbox.privacy.retention import Due, count_due
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, get_viewer, managers_only
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, forget_business, writing

bp = Blueprint("retention", __name__, url_prefix="/settings/retention")
bp.before_request(ask_to_sign_in)
NAMES = ("purge_days", "forget_months", "raw_days")
LONGEST = 3650


@bp.get("")
@managers_only
def form() -> ResponseReturnValue:
    """The rules as they are, and what they would forget tonight."""
    return _draw(business())


@bp.post("")
@managers_only
def save() -> ResponseReturnValue:
    """Count first; save only what was counted and confirmed."""
    typed = {name: request.form.get(name, "").strip() or "0" for name in NAMES}
    if not all(text.isdecimal() and len(text) < 6 and int(text) <= LONGEST for text in typed.values()):
        return _draw(business(), problem=_("Give whole numbers from 0 to 3650; 0 means never."), typed=typed), 422
    values = {name: int(text) for name, text in typed.items()}
    rules = replace(business(), **values)  # type: ignore[arg-type]  # each of these fields is a number
    if request.form.get("do") != "save":
        return _draw(rules, typed=typed, is_counted=True)
    with writing() as session:
        change_business(session, **values)
        viewer, address = get_viewer(), request.remote_addr or ""
        note(session, "settings_changed", agent_id=viewer.id, at=clock.now(), address=address, topic="retention")
    forget_business()
    return redirect("/settings/retention?saved", 303)


def _draw(rules: Business, *, problem: str = "", typed: dict[str, str] | None = None, is_counted: bool = False) -> str:
    due: Due | None = None
    if not problem:
        session = db.session()
        due = count_due(session, rules, now=clock.now())
        session.commit()
    return render(
        "settings/retention.html",
        typed=typed or {name: str(getattr(rules, name)) for name in NAMES},
        due=due,
        problem=problem,
        is_counted=is_counted,
        is_saved="saved" in request.args,
    )
