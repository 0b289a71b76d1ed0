"""What came into a ticket while somebody was writing in it, to be shown above their words before these are sent."""

from collections.abc import Sequence
from typing import Any

from flask import request
from sqlalchemy import bindparam, select

from supportbox.inbox.event import Event
from supportbox.inbox.query import A
from supportbox.inbox.ticket_page import E
from supportbox.people.agent import Agent
from supportbox.web.access import get_viewer
from supportbox.web.inbox.entries import Entry
from supportbox.web.inbox.sentences import event_sentence
from supportbox.web.reading import reading
from supportbox.web.times import Times

MOST = 20
# These stop nobody from sending, or are told by their message.
QUIET = ("replied", "received", "noted", "tagged", "untagged", "snoozed", "woke", "followed", "unfollowed", "mentioned")
_NEWER = (
    select(E.id, E.at, E.kind, E.data, E.message_id, A.name.label("agent"))
    .select_from(Event.__table__)
    .outerjoin(Agent.__table__, A.id == E.agent_id)
    .where(E.ticket_id == bindparam("ticket"), E.id > bindparam("after"))
    .where((E.agent_id != bindparam("me")) | E.agent_id.is_(None))
    .order_by(E.id)
    .limit(MOST)
)


def newer(number: int, entries: Sequence[Entry], times: Times) -> Sequence[Entry]:
    """The messages and events that others added since the page was drawn whose form this request sends."""
    seen = request.form.get("send_token", "").partition(".")[0]
    if not (seen.isdecimal() and seen.isascii() and len(seen) < 16):
        return ()
    values: dict[str, Any] = {"ticket": number, "after": int(seen), "me": get_viewer().id}
    said = {entry["id"]: entry for entry in entries if "id" in entry}
    found: list[Entry] = []
    for row in reading().execute(_NEWER, values):
        if row.kind in ("replied", "received", "noted"):
            found += [said[row.message_id]] if row.message_id in said else []
        elif row.kind not in QUIET:
            found.append({"kind": "event", "sentences": [event_sentence(row, times)], "when": times.message(row.at)})
    return found
