"""Drafts on the server: kept while an agent types, thrown away, and taken back."""

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.draft import MODES, discard, keep_draft
from supportbox.web.access import get_viewer
from supportbox.web.forged import csrf_token
from supportbox.web.i18n import explain
from supportbox.web.inbox.gate import get_ticket
from supportbox.web.inbox.typed import Typed, read_typed
from supportbox.web.inbox.uploads import with_posted_files
from supportbox.web.reading import writing
from supportbox.web.times import Times


def keep(number: int = 0) -> ResponseReturnValue:
    """Every two seconds from a page where somebody writes: when it was kept, or one sentence why not.

    Number 0 is a ticket that is not begun yet."""
    now, typed = clock.now(), read_typed(_mode())
    try:
        with writing() as session:
            if number:
                get_ticket(session, number)
            kept = keep_draft(
                session,
                get_viewer().id,
                number,
                typed.mode,
                typed.as_fields(),
                now=now,
                send_token=request.form.get("send_token", ""),
            )
    except Refused as error:
        return jsonify(problem=explain(error)), error.status
    if not kept:
        return "", 204
    return jsonify(at=int(now.timestamp() * 1000), said=Times(now).message(now))


def keep_typed(number: int, typed: Typed) -> None:
    """For a button that leaves the page with words in it."""
    typed = with_posted_files(typed)
    with writing() as session:
        get_ticket(session, number)
        keep_draft(session, get_viewer().id, number, typed.mode, typed.as_fields(), now=clock.now())


def throw_away(number: int) -> ResponseReturnValue:
    """Discard a draft; the page that follows can bring it back."""
    mode = _mode()
    _set_discarded(number, mode, is_discarded=True)
    return redirect(f"/inbox/tickets/SB-{number}?discarded={mode}#composer", 303)


def bring_back(number: int) -> ResponseReturnValue:
    _set_discarded(number, _mode(), is_discarded=False)
    return redirect(f"/inbox/tickets/SB-{number}#composer", 303)


def token() -> Response:
    """For a page whose session ended while somebody wrote: the new session's token, once it is there."""
    response = jsonify(token=csrf_token())
    response.headers["Cache-Control"] = "no-store"
    return response


def _set_discarded(number: int, mode: str, *, is_discarded: bool) -> None:
    with writing() as session:
        get_ticket(session, number)
        discard(session, get_viewer().id, number, mode, now=clock.now(), is_discarded=is_discarded)


def _mode() -> str:
    mode = request.form.get("mode", "reply" if get_viewer().can_reply else "note")
    if mode not in MODES:
        raise Refused("This is no draft of a reply, a note or a forward.")
    if mode != "note" and not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    return mode
