"""The owner's synonyms: words that mean the same, a rule a line, working from the next search on."""

from contextlib import suppress

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox.errors import Refused
from supportbox.kb.synonyms import MAX_LINE, MAX_RULES, load_rules, save_rules, unread
from supportbox.search.opening import get_searcher
from supportbox.store import db
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing
from supportbox.web.settings.article_changes import check_writer


def show() -> ResponseReturnValue:
    """The rules as they are."""
    lines = load_rules(db.session())
    return render(
        "articles/synonyms.html",
        text="\n".join(lines),
        problem="",
        unread=unread(lines),
        is_saved="saved" in request.args,
    )


def save() -> ResponseReturnValue:
    """Keep the lines and hand them to search."""
    check_writer()
    text = request.form.get("rules", "")
    if text.count("\n") >= MAX_RULES or max(map(len, text.split("\n"))) > MAX_LINE:
        problem = _("There may be 2,000 rules of 500 characters. Nothing was saved.")
        return render("articles/synonyms.html", text=text, problem=problem, unread=[], is_saved=False), 422
    with writing() as session:
        lines = save_rules(session, text)
    # While another process holds the index they are only stored: the next rebuild reads them there.
    with suppress(Refused):
        get_searcher().set_synonyms(lines)
    return redirect("/settings/help/synonyms?saved", 303)
