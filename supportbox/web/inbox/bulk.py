"""Changing the ticked tickets of a list in one go, and undoing it."""

from datetime import timedelta

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.bulk import Change, change_all, note_refusal
from supportbox.inbox.undo import get_undo, take_back
from supportbox.web.access import get_viewer, safe_next
from supportbox.web.reading import writing

SNOOZES = {"2h": timedelta(hours=2), "1d": timedelta(days=1), "3d": timedelta(days=3), "7d": timedelta(days=7)}


def change() -> ResponseReturnValue:
    """One change to all that were ticked; the list that follows says what came of it."""
    viewer, form = get_viewer(), request.form
    hidden, now = viewer.hidden_mailboxes, clock.now()
    length = SNOOZES.get(form.get("for", ""))
    action = "assign" if "agent" in form else "snooze" if "for" in form else form.get("do", "")
    what = Change(
        action,
        assignee_id=viewer.id if form.get("agent") == "me" else _number(form.get("agent", "")) or None,
        tag=form.get("tag", ""),
        until=now + length if length else None,
    )
    numbers = [number for text in form.getlist("ticket") if (number := _number(text))]
    try:
        with writing() as session:
            undo = change_all(session, numbers, what, by=viewer.agent(session), at=now, hidden=hidden)
    except Refused as error:
        if type(error) is not Refused:
            raise
        # Nothing ticked, or nothing said: the list says so, and stays where it was.
        with writing() as session:
            undo = note_refusal(session, action, error, by=viewer.agent(session), at=now)
    return _on(undo.id)


def undo(number: int) -> ResponseReturnValue:
    """Put the tickets back to what they were, once."""
    with writing() as session:
        by = get_viewer().agent(session)
        take_back(session, get_undo(session, number, by), by=by, at=clock.now())
    return _on(number)


def _on(number: int) -> ResponseReturnValue:
    """To the list that it came from, which tells of it."""
    following = safe_next(request.form.get("next", ""))
    return redirect(f"{following}{'&' if '?' in following else '?'}done={number}", 303)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
