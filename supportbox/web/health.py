"""`/healthz`, for monitors: 200 when all is well, else 503 and the names of what is not."""

from flask import Blueprint, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState

from supportbox import clock
from supportbox.doctor import unwell
from supportbox.search.opening import get_searcher
from supportbox.store import db

bp = Blueprint("health", __name__)


@bp.record
def _answer_first(state: BlueprintSetupState) -> None:
    """Before any other step of a request: those ask the database, which may be what is not well."""
    state.app.before_request_funcs.setdefault(None, []).insert(
        0, lambda: healthz() if request.endpoint == "health.healthz" else None
    )


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    extensions = current_app.extensions
    found = unwell(
        db.session(),
        extensions["settings"],
        get_searcher(),
        # `serve --no-worker` leaves fetching and delivering to somebody else.
        asks_worker=extensions.get("asks_worker", True),
        now=clock.now(),
    )
    response = jsonify({"ok": False, "unwell": found} if found else {"ok": True})
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if found else 200
