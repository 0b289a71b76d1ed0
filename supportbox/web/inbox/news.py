"""News: whether anything happened since a page was drawn, asked by that page now and then."""

from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import Select, bindparam, select

from supportbox.inbox.event import Event
from supportbox.inbox.folders import IS_SEEN
from supportbox.inbox.ticket import Ticket
from supportbox.web.access import get_viewer
from supportbox.web.reading import reading

_RECEIVED = select(Event.id).where(Event.id > bindparam("after"), Event.kind == "received").limit(1)
# What one does oneself is no news: the page shows it already, or was left for it.
_CHANGED = (
    select(Event.id)
    .where(Event.ticket_id == bindparam("ticket"), Event.id > bindparam("after"))
    .where((Event.agent_id != bindparam("me")) | Event.agent_id.is_(None))
    .limit(1)
)


def _only_seen(events: Select[int]) -> Select[int]:
    return events.join(Ticket, Ticket.id == Event.ticket_id).where(IS_SEEN)


_SEEN = {statement: _only_seen(statement) for statement in (_RECEIVED, _CHANGED)}


def show() -> Response:
    """200 when a letter came in or, with `ticket`, when somebody else changed it; 204 when nothing did."""
    after, ticket = request.args.get("after", ""), request.args.get("ticket", "")
    viewer = get_viewer()
    values: dict[str, Any] = {"after": _number(after), "ticket": _number(ticket), "me": viewer.id}
    if hidden := viewer.hidden_mailboxes:
        values["hidden"] = sorted(hidden)
    asked = _CHANGED if ticket else _RECEIVED
    found = reading().execute(_SEEN[asked] if hidden else asked, values).first()
    response = jsonify({"news": True}) if found else Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 2**62
