"""Saved views: a search under a name in the list of folders."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, or_, select

from supportbox.errors import NotFound
from supportbox.inbox.views import SavedView, change_view, delete_view, get_view, save_view
from supportbox.search.ticket_query import parse
from supportbox.web.access import get_viewer
from supportbox.web.inbox.lists import show_found, waits_in
from supportbox.web.inbox.sidebar import forget_counts
from supportbox.web.reading import reading, writing

_VIEW = select(SavedView.id, SavedView.name, SavedView.query, SavedView.agent_id).where(
    SavedView.id == bindparam("id"), or_(SavedView.agent_id.is_(None), SavedView.agent_id == bindparam("me"))
)


def show(number: int) -> ResponseReturnValue:
    """What the view's search finds now."""
    viewer = get_viewer()
    view = reading().execute(_VIEW, {"id": number, "me": viewer.id}).first()
    if view is None:
        raise NotFound("There is no such view.")
    may_change = view.agent_id is not None or viewer.can_manage
    return show_found(
        view.query,
        title=view.name,
        folder=f"view-{number}",
        kept={},
        order=waits_in(parse(view.query, today=None)),
        view=view if may_change else None,
    )


def save() -> ResponseReturnValue:
    """Keep a search as a view of one's own, or of everybody's."""
    with writing() as session:
        by = get_viewer().agent(session)
        view = save_view(
            session, request.form.get("name", ""), request.form.get("q", ""), is_shared=_is_shared(), by=by
        )
    return _on(view.id)


def change(number: int) -> ResponseReturnValue:
    with writing() as session:
        by = get_viewer().agent(session)
        view = get_view(session, number, by)
        form = request.form
        change_view(session, view, name=form.get("name", ""), query=form.get("q", ""), is_shared=_is_shared(), by=by)
    return _on(number)


def delete(number: int) -> ResponseReturnValue:
    with writing() as session:
        by = get_viewer().agent(session)
        delete_view(session, get_view(session, number, by), by=by)
    forget_counts()
    return redirect("/inbox/", 303)


def _is_shared() -> bool:
    return bool(request.form.get("shared"))


def _on(number: int) -> ResponseReturnValue:
    forget_counts()
    return redirect(f"/inbox/views/{number}", 303)
