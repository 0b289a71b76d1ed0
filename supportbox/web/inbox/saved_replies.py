"""Saved replies in a ticket without scripts: a page to choose from; the words typed so far wait as a draft."""

from dataclasses import replace

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Forbidden
from supportbox.inbox.draft import keep_draft, list_drafts
from supportbox.inbox.placeholders import fill
from supportbox.inbox.saved_reply import find_replies, get_reply
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.inbox.drafts import keep_typed
from supportbox.web.inbox.gate import get_ticket, visible_ticket
from supportbox.web.inbox.preview import ticket_values
from supportbox.web.inbox.ticket_language import ticket_language
from supportbox.web.inbox.typed import read_typed, typed_of
from supportbox.web.reading import reading, writing

MOST = 50


def choose(number: int) -> ResponseReturnValue:
    """The list, with the ticket's language first; a form posted here leaves its words as a draft first."""
    if not get_viewer().can_reply:
        raise Forbidden("Light agents use no saved replies.")
    row = visible_ticket(number)
    if request.method == "POST":
        keep_typed(number, read_typed("reply"))
        return redirect(f"/inbox/tickets/SB-{number}/saved-replies", 303)
    words = " ".join(request.args.get("q", "")[:100].split())
    found = find_replies(reading(), words, language=ticket_language(number), mailbox_id=row.mailbox_id, most=MOST)
    values = ticket_values(reading(), number)
    filled = [(one, fill(one.body, values).text) for one in found]
    response = make_response(render("inbox/saved_replies.html", number=number, words=words, found=filled))
    response.headers["Cache-Control"] = "no-store"
    return response


def insert(number: int, reply_id: int) -> ResponseReturnValue:
    """Put one below what was typed so far."""
    viewer = get_viewer()
    if not viewer.can_reply:
        raise Forbidden("Light agents use no saved replies.")
    visible_ticket(number)
    values = ticket_values(reading(), number)
    with writing() as session:
        get_ticket(session, number)
        text = fill(get_reply(session, reply_id).body, values).text
        draft = list_drafts(session.connection(), viewer.id, number).get("reply")
        typed = typed_of("reply", draft.fields if draft and not draft.is_discarded else {})
        typed = replace(typed, text="\n\n".join(part for part in (typed.text.strip(), text) if part))
        typed = replace(typed, used=(*typed.used, reply_id))
        keep_draft(session, viewer.id, number, "reply", typed.as_fields(), now=clock.now())
    return redirect(f"/inbox/tickets/SB-{number}#reply", 303)
