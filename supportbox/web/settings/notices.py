"""Which notices an agent gets, and how: one row for what happens, one column for the browser and one for letters."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from supportbox.inbox.desk_letter import has_way_out
from supportbox.people.agent import Agent
from supportbox.people.notice_matrix import USUAL, changes, is_wanted
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import writing

bp = Blueprint("own_notices", __name__, url_prefix="/settings/me/notices")
bp.before_request(ask_to_sign_in)


@bp.get("")
def form() -> str:
    session = db.session()
    kept = session.get_one(Agent, get_viewer().id).notices or {}
    rows = [
        (kind, words, is_wanted(kept, kind, "browser"), is_wanted(kept, kind, "letter"))
        for kind, words in _words().items()
    ]
    can_write = has_way_out(session)
    return render("settings/notices.html", rows=rows, can_write=can_write, is_saved="saved" in request.args)


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep what differs from the usual, so that a better usual reaches whoever never chose."""
    with writing() as session:
        get_viewer().agent(session).notices = changes(set(request.form.getlist("wanted")))
    return redirect("/settings/me/notices?saved", 303)


@per_language
def _words() -> dict[str, str]:
    said = {
        "new": _("A new ticket that is nobody’s yet"),
        "unassigned": _("A customer answers in a ticket that is nobody’s"),
        "assigned": _("A ticket is given to me"),
        "mine": _("A customer answers in a ticket of mine"),
        "followed": _("A customer answers in a ticket that I follow"),
        "colleague": _("A colleague writes in a ticket that is mine or that I follow"),
        "mentioned": _("Somebody calls me in a note"),
        "failed": _("An answer of mine does not arrive"),
        "callback": _("A customer waits for a call"),
        "woke": _("A ticket of mine is back from its snooze"),
    }
    return {kind: said[kind] for kind in USUAL}
