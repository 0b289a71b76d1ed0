"""What all requests of the panel have in common: from where they may come, whose they are, how they are answered."""

import json
from datetime import timedelta
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from supportbox.errors import Forbidden, Refused
from supportbox.people.throttle import allow
from supportbox.people.visitor import Visitor, get_visitor, make_visitor
from supportbox.web.frame import page_language
from supportbox.web.help.page import base_url
from supportbox.web.i18n import explain
from supportbox.web.widget.options import origin_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEW_VISITORS = 60  # an hour from one place: an office behind one address


class TooMuch(Refused):
    """More than a person would do."""

    status = 429


def token() -> str:
    """What the browser made for itself and shows with each request."""
    return request.headers.get("X-Visitor", "")


def check_origin() -> None:
    """Only our own panel writes; a browser says where a script comes from."""
    origin = request.headers.get("Origin", "")
    if origin and origin_of(origin) not in (origin_of(request.host_url), origin_of(base_url())):
        raise Forbidden("Only the panel itself may do this.")


def the_visitor(session: Session) -> Visitor:
    """Whose token this is."""
    visitor = get_visitor(session, token())
    if visitor is None:
        raise Refused("Write something first.")
    return visitor


def any_visitor(session: Session, *, now: Any) -> Visitor:
    """The same, or a new one when the token is a new one."""
    visitor = get_visitor(session, token())
    if visitor is None:
        check_rate(session, f"visitors:{request.remote_addr}", NEW_VISITORS, HOUR, now=now)
        visitor = make_visitor(session, token(), now=now, language=page_language())
    if visitor is None:
        raise Refused("Write something first.")
    return visitor


def check_rate(session: Session, bucket: str, limit: int, within: timedelta, *, now: Any) -> None:
    """Refuse what is too much, and count what is not."""
    if not allow(session, bucket, limit=limit, within=within, now=now):
        raise TooMuch("That was a lot at once. Wait a minute, then send it again.")


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """JSON that nobody keeps."""
    response = Response(json.dumps(body), mimetype="application/json", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal(error: Refused) -> Response:
    """Why not, in a sentence that the panel shows."""
    return answer({"problem": explain(error)}, error.status)
