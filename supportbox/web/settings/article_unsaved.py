"""The editor's own memory: what an agent has typed and not saved, kept by the server and given back."""

from collections.abc import Mapping

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.kb.article import Article
from supportbox.kb.manuscript import LONGEST_BODY
from supportbox.kb.unsaved import drop_unsaved, keep_unsaved
from supportbox.web.access import get_viewer
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing
from supportbox.web.settings.article_changes import check_writer
from supportbox.web.settings.article_form import FIELDS


def keep(number: int) -> ResponseReturnValue:
    """Keep the fields as they are now."""
    check_writer()
    fields = {name: request.form[name].replace("\r\n", "\n") for name in FIELDS if name in request.form}
    if sum(map(len, fields.values())) > LONGEST_BODY + 5000:
        raise Refused(_("The text is too long for one article: make several of it."))
    with writing() as session:
        article = session.get(Article, number) if number else None
        # A copy may arrive after the form itself was saved.
        if article and (article.title, article.body) == (fields.get("title"), fields.get("body", "").strip("\n")):
            drop_unsaved(session, get_viewer().id, number)
        else:
            keep_unsaved(session, get_viewer().id, number, fields, now=clock.now())
    return "", 204


def drop(number: int) -> ResponseReturnValue:
    """Throw them away: back to what is saved."""
    check_writer()
    with writing() as session:
        drop_unsaved(session, get_viewer().id, number)
    return redirect(f"/settings/help/articles/{number}" if number else "/settings/help/new", 303)


def laid_over(fields: Mapping[str, str]) -> dict[str, str]:
    """What was kept, as the form takes it."""
    return {name: str(fields[name]) for name in FIELDS if name in fields and name != "seen"}
