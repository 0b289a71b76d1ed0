"""The composer of a ticket's page: its forms with what was typed or kept, and to whom it all goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import bindparam, select

from supportbox.inbox.draft import MODES, list_drafts
from supportbox.inbox.placeholders import OTHER_NAMES, values_of
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Participant
from supportbox.inbox.upload import Upload
from supportbox.people.contact import Contact
from supportbox.web.access import get_viewer
from supportbox.web.inbox.entries import size_in_words
from supportbox.web.inbox.typed import Typed, typed_of
from supportbox.web.inbox.way_menu import Menu, way_menu
from supportbox.web.reading import business, reading
from supportbox.web.times import Times

_ACCEPTED = (
    select(Contact.value)
    .join(Participant, Participant.contact_id == Contact.id)
    .where(Participant.ticket_id == bindparam("ticket"), Participant.is_accepted, Contact.kind == "email")
    .order_by(Contact.id)
)
_UPLOADS = select(Upload.token, Upload.filename, Upload.size, Upload.content_type, Upload.is_inline).where(
    Upload.agent_id == bindparam("agent"), Upload.token.in_(bindparam("tokens", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the forms. `saved` is when its draft was kept, in words; `stamp` the same for the script."""

    typed: Typed
    token: str
    saved: str
    stamp: int
    sent_token: str
    is_discarded: bool
    is_posted: bool  # the words were just sent here and not taken
    files: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Composer:
    """All that its template is told."""

    mode: str
    reply: Sheet
    note: Sheet
    forward: Sheet
    choices: tuple[str, ...]  # the customer's addresses, the usual one first
    copies: str
    messages: Sequence[Mapping[str, Any]]
    known: str  # placeholders that have a value here
    menu: Menu | None = None


def composer(row: AnyRow, talk: Mapping[str, Any], typed: Typed | None, send_token: str, times: Times) -> Composer:
    """The forms, each with the words that were just posted, else with its draft; `talk` is what the page shows."""
    viewer, connection = get_viewer(), reading()
    receiver = talk["receiver"]
    drafts = list_drafts(connection, viewer.id, row.id) if row.has_drafts else {}
    accepted = connection.execute(_ACCEPTED, {"ticket": row.id}).scalars() if row.has_accepted else ()
    also = [one for one in accepted if one != receiver]
    sheets = {mode: _sheet(mode, drafts.get(mode), typed, send_token, times) for mode in MODES}
    own = [contact.value for contact in talk["contacts"] if contact.kind == "email"]
    desk = business()
    values = values_of(row, agent_name=viewer.name, business=desk.name, website=desk.website)
    return Composer(
        mode=_mode(typed, sheets, can_reply=viewer.can_reply),
        reply=sheets["reply"],
        note=sheets["note"],
        forward=sheets["forward"],
        choices=tuple(dict.fromkeys(one for one in (receiver, *own) if one)),
        copies=", ".join(also),
        messages=[one for one in talk["entries"] if one["kind"] in ("customer", "agent")],
        known=" ".join(_known(values)),
        menu=way_menu(row, talk["contacts"], sheets["reply"].typed, now=times.now) if viewer.can_reply else None,
    )


def _sheet(mode: str, draft: AnyRow | None, typed: Typed | None, token: str, times: Times) -> Sheet:
    is_posted = typed is not None and typed.mode == mode
    left = typed_of(mode, draft.fields if draft is not None and not draft.is_discarded else {})
    kept = not left.is_empty
    words = typed if typed is not None and is_posted else left if kept else Typed(mode)
    return Sheet(
        typed=words,
        token=token + {"note": "n", "forward": "f"}.get(mode, ""),
        saved=times.message(draft.at) if draft and kept and not is_posted else "",
        stamp=int(draft.at.timestamp() * 1000) if draft else 0,
        sent_token=draft.sent_token if draft else "",
        is_discarded=bool(draft and draft.is_discarded and request.args.get("discarded") == mode),
        is_posted=is_posted,
        files=files_of(words.uploads),
    )


def files_of(tokens: Sequence[str]) -> list[dict[str, Any]]:
    """The agent's own uploads among these, as the page lists them."""
    if not tokens:
        return []
    rows = reading().execute(_UPLOADS, {"agent": get_viewer().id, "tokens": list(tokens)}).all()
    return [
        {
            "token": row.token,
            "name": row.filename,
            "size": size_in_words(row.size),
            "bytes": row.size,
            "href": f"/inbox/uploads/{row.token}",
        }
        for row in rows
        if not row.is_inline
    ] + [{"token": row.token, "name": "", "href": "", "size": "", "bytes": row.size} for row in rows if row.is_inline]


def _mode(typed: Typed | None, sheets: Mapping[str, Sheet], *, can_reply: bool) -> str:
    """The form in front: the one just posted, else one with a draft in it."""
    if not can_reply:
        return "note"
    if typed is not None:
        return typed.mode
    kept = [mode for mode in MODES if not sheets[mode].typed.is_empty]
    return kept[0] if kept else "reply"


def _known(values: Mapping[str, str]) -> list[str]:
    return [name for name in values if values[name]] + [other for other, name in OTHER_NAMES.items() if values[name]]
