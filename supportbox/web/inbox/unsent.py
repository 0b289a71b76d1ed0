"""What was not taken, with the agent's text in it: in the ticket, in the one it was merged into, or on a bare page."""

from flask import make_response
from flask.typing import ResponseReturnValue

from supportbox.errors import NotFound, Refused
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.gate import visible_ticket
from supportbox.web.inbox.ticket import page
from supportbox.web.inbox.typed import Typed


def unsent(number: int, typed: Typed, error: Refused) -> ResponseReturnValue:
    """One sentence, and every word that was typed."""
    problem = explain(error)
    try:
        row = visible_ticket(number)
        # Into the ticket where it can still be said: one press sends it from there.
        return page(row.merged_into_id or number, problem=problem, typed=typed, status=error.status)
    except NotFound as missing:
        if typed.is_empty:
            raise missing from error
        response = make_response(render("inbox/unsent.html", problem=problem, text=typed.text), error.status)
        response.headers["Cache-Control"] = "no-store"
        return response
