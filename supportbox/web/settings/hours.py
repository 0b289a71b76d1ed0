"""The opening hours, for owners and admins: a week, closed days, and how customers read them."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.people.audit import note
from supportbox.people.business import change_business
from supportbox.people.hours_words import day_name
from supportbox.people.opening_hours import WEEKDAYS
from supportbox.web.access import ask_to_sign_in, get_viewer, managers_only
from supportbox.web.frame import page_language, render
from supportbox.web.open_now import hours_shown
from supportbox.web.reading import business, forget_business, writing
from supportbox.web.settings.hours_form import HoursForm, kept_form, typed_form

bp = Blueprint("hours", __name__, url_prefix="/settings/hours")
bp.before_request(ask_to_sign_in)


@bp.get("")
@managers_only
def form() -> ResponseReturnValue:
    """The hours as they are."""
    return _draw(kept_form(business(), clock.now()))


@bp.post("")
@managers_only
def save() -> ResponseReturnValue:
    """Keep them; or, asked to, only copy Monday's fields."""
    typed = typed_form(request.form, business(), clock.now())
    if request.form.get("do") == "copy":
        typed.copy_monday()
        return _draw(typed, is_copied=True)
    typed.check()
    if typed.problems:
        return _draw(typed), 422
    with writing() as session:
        change_business(session, **typed.texts())
        viewer, address = get_viewer(), request.remote_addr or ""
        note(session, "settings_changed", agent_id=viewer.id, at=clock.now(), address=address, topic="hours")
    forget_business()
    return redirect("/settings/hours?saved", 303)


def _draw(typed: HoursForm, *, is_copied: bool = False) -> str:
    lang = page_language()
    return render(
        "settings/hours.html",
        form=typed,
        days=[(day, day_name(number, lang).capitalize()) for number, day in enumerate(WEEKDAYS)],
        shown=hours_shown(clock.now()),
        is_copied=is_copied,
        is_saved="saved" in request.args,
    )
