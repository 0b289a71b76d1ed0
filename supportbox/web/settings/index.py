"""The settings at a glance: every page of them with one sentence, only those that this agent may open."""

from flask import Blueprint

from supportbox.web.access import ask_to_sign_in, get_viewer
from supportbox.web.frame import render
from supportbox.web.settings.index_topics import topics_for

bp = Blueprint("settings_index", __name__, url_prefix="/settings")
bp.before_request(ask_to_sign_in)


@bp.get("")
def show() -> str:
    return render("settings/index.html", groups=topics_for(get_viewer()))
