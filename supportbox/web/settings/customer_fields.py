"""What the business wants to know of its customers besides: fields of its own, for owners and admins."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox.errors import Refused
from supportbox.people.customer_field import FIELD_KINDS, keep_field, list_fields, remove_field
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, managers_only
from supportbox.web.frame import render
from supportbox.web.i18n import explain, per_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing

bp = Blueprint("customer_fields", __name__, url_prefix="/settings/customer-fields")
bp.before_request(ask_to_sign_in)


@bp.get("")
@managers_only
def show() -> ResponseReturnValue:
    """The fields there are, and an empty one."""
    return _draw()


@bp.post("")
@managers_only
def add() -> ResponseReturnValue:
    return _keep(None)


@bp.post("/<int(max=999999999999999):number>")
@managers_only
def change(number: int) -> ResponseReturnValue:
    return _keep(number)


@bp.post("/<int(max=999999999999999):number>/deletion")
@managers_only
def remove(number: int) -> ResponseReturnValue:
    """Customers keep what they had in it until their next change."""
    with writing() as session:
        remove_field(session, number)
    return redirect("/settings/customer-fields?saved", 303)


@per_language
def kind_words() -> dict[str, str]:
    return {"text": _("Text"), "number": _("Number"), "date": _("Date"), "choice": _("Choice")}


def _keep(number: int | None) -> ResponseReturnValue:
    given = {name: request.form.get(name, "")[:3000] for name in ("name", "kind", "choices")}
    try:
        with writing() as session:
            keep_field(session, number, **given)
    except Refused as refused:
        return _draw(problem=explain(refused), typed=given if number is None else None), refused.status
    return redirect("/settings/customer-fields?saved", 303)


def _draw(*, problem: str = "", typed: dict[str, str] | None = None) -> str:
    session = db.session()
    fields = list_fields(session)
    session.commit()
    return render(
        "settings/customer_fields.html",
        fields=fields,
        kinds=kind_words(),
        typed=typed or {"name": "", "kind": FIELD_KINDS[0], "choices": ""},
        problem=problem,
        is_saved="saved" in request.args,
    )
