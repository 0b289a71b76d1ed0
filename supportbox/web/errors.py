"""Error pages: one plain sentence, what to do next, and for a bug a code to quote."""

import re
import secrets

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError
from werkzeug.exceptions import HTTPException

from supportbox.errors import Refused
from supportbox.store import db, trouble
from supportbox.web.access import safe_next, viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import stop_reading


def install(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseError, _in_trouble)
    app.register_error_handler(OSError, _in_trouble)
    app.register_error_handler(Exception, _bug)


def refused(error: Refused) -> ResponseReturnValue:
    """The page for something that somebody can put right."""
    return _page(error.status, explain(error))


def _forged(error: CSRFError) -> ResponseReturnValue:
    if request.path.startswith("/inbox/") and viewer() is None:
        sentence = _("You were signed out. Sign in again: what you wrote is kept.")
        back = safe_next(re.sub(r"^(/inbox/tickets/SB-\d+)/.*", r"\1", request.path))
        return render("login.html", next=back, email="", problem=sentence, kept=request.form.get("text", "")), 401
    return _page(400, _("This form is too old or was sent from another site. Go back, reload the page, send again."))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    known = {
        404: _("There is no such page, or it is not for you to see."),
        405: _("This address does not take that kind of request."),
        413: _("What you sent is too large. Send smaller files, or fewer at once."),
        429: _("Too many tries. Wait a few minutes, then try again."),
    }
    return _page(error.code, known.get(error.code, _("This request could not be understood.")))


def _in_trouble(error: Exception) -> ResponseReturnValue:
    """A full disk or a busy database is nobody's bug, and over some time; what is there can be read meanwhile."""
    kind = trouble(error)
    if not kind:
        return _bug(error)
    current_app.logger.error("%s at %s %s: %s", kind, request.method, request.path, error)
    stop_reading()
    db.session.rollback()
    if kind == "damaged":
        return _page(
            503, _("The database of this help desk is damaged. Its owner has to restore the last good backup.")
        )
    if kind == "full":
        sentence = _("The disk of this help desk is full: nothing can be saved now, but all can be read.")
    else:
        sentence = _("The database is busy.")
    sentence += " " + _("Go back, keep what you wrote, and try again in a minute.")
    return render("errors/page.html", status=503, sentence=sentence, code=""), 503, {"Retry-After": "60"}


def _bug(error: Exception) -> ResponseReturnValue:
    code = secrets.token_hex(4)
    current_app.logger.error("error %s at %s %s", code, request.method, request.path, exc_info=error)
    if current_app.testing:
        raise error
    stop_reading()
    return _page(500, _("Something went wrong on our side. Nothing that was saved before is lost."), code=code)


def _page(status: int, sentence: str, code: str = "") -> ResponseReturnValue:
    return render("errors/page.html", status=status, sentence=sentence, code=code), status
