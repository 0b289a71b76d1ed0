"""What a letter will look like, by the same hand that writes it; and pasted HTML as Markdown."""

import re

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy import Connection, bindparam, select

from supportbox.channels.email.letter_html import as_html
from supportbox.channels.translations import catalogue
from supportbox.errors import Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.placeholders import TOKEN, fill, values_for
from supportbox.inbox.reference import Reference
from supportbox.inbox.ticket import Ticket
from supportbox.kb.html_markdown import html_to_markdown
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.inbox.drafts import keep_typed
from supportbox.web.inbox.gate import visible_ticket
from supportbox.web.inbox.typed import read_typed
from supportbox.web.reading import business, reading

LONGEST = 300_000
_SIGNATURE = (
    select(Mailbox.signature, Ticket.language)
    .select_from(Ticket)
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .where(Ticket.id == bindparam("ticket"))
)
_PICTURE = re.compile(r'src="cid:([0-9a-f]{32})@inline"')


def show(number: int) -> ResponseReturnValue:
    """The letter's own HTML: a piece for a script, else a page with the way back; the words are kept as a draft."""
    typed = read_typed(request.form.get("mode", "reply"))
    visible_ticket(number)
    html = letter_preview(number, typed.text, is_note=typed.mode == "note")
    if request.headers.get("Accept") == "text/html-fragment":
        response = make_response(html)
    else:
        keep_typed(number, typed)
        response = make_response(render("inbox/preview.html", number=number, letter=html))
    response.headers["Cache-Control"] = "no-store"
    return response


def letter_preview(number: int, text: str, *, is_note: bool = False) -> Markup:
    """The text as the customer will see it, with the mailbox's signature and our last line."""
    if len(text) > LONGEST:
        raise Refused("This is too long for a preview.")
    row = reading().execute(_SIGNATURE, {"ticket": number}).one()
    signature = "" if is_note else (row.signature or "").strip()
    words = fill(text, ticket_values(reading(), number)).text.strip()
    html = as_html("\n\n".join(part for part in (words, signature) if part))
    html = TOKEN.sub(lambda found: f'<mark class="missing">{found[0]}</mark>', html)
    html = _PICTURE.sub(r'src="/inbox/uploads/\1"', html)
    footer = catalogue(row.language or business().language).gettext("Your request: %(reference)s")
    last = "" if is_note else Markup("<p><small>{}</small></p>").format(footer % {"reference": Reference(number)})
    return Markup(html) + escape(last)  # noqa: S704 - cleaned by the letter's own hand


def ticket_values(connection: Connection, number: int) -> dict[str, str]:
    """What placeholders say in this ticket when this agent writes."""
    desk = business()
    return values_for(connection, number, agent_name=get_viewer().name, business=desk.name, website=desk.website)


def markdown() -> Response:
    """What was pasted from a page or a letter, as the Markdown that means the same."""
    html = request.form.get("html", "")
    if len(html) > LONGEST:
        raise Refused("This is too long to paste with its layout.")
    return Response(html_to_markdown(html), mimetype="text/plain")
