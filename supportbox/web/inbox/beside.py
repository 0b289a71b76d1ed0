"""Articles beside a ticket: what may answer it, found by its words or the agent's, and put into the reply."""

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox.errors import Forbidden, NotFound
from supportbox.inbox.message import Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.kb.article import Article
from supportbox.kb.catalogue import Listed, listed
from supportbox.kb.letter_text import letter_text
from supportbox.search.opening import get_searcher
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.help.page import base_url, read_languages
from supportbox.web.inbox.gate import NO_TICKET, check_visible
from supportbox.web.inbox.ticket import page
from supportbox.web.reading import business, reading

MOST = 5
LONGEST = 200

_TICKET = select(Ticket.id, Ticket.subject, Ticket.language, Ticket.mailbox_id).where(Ticket.id == bindparam("ticket"))
_FIRST = (
    select(Message.visible_text, Message.text)
    .where(Message.ticket_id == bindparam("ticket"), Message.kind == "customer")
    .order_by(Message.id)
    .limit(1)
)
_ARTICLE = select(Article.lang, Article.slug, Article.title, Article.body).where(
    Article.id == bindparam("article"), Article.status == "public"
)


def articles(number: int) -> Response:
    """The articles that fit; a piece of the ticket's page where a script asks for it, else a page of its own."""
    ticket = _get_ticket(number)
    words = " ".join(request.args.get("q", "")[:LONGEST].split())
    template = "inbox/beside_list.html" if "part" in request.args else "inbox/beside.html"
    lang = _language(ticket)
    response = make_response(
        render(template, number=number, words=words, found=_found(words or _words(ticket), lang), article_lang=lang)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def insert(number: int) -> ResponseReturnValue:
    """An article as a link or as words: the words alone for a script, else the ticket's page with them in the reply."""
    if not get_viewer().can_reply:
        raise Forbidden("Light agents can add notes, but not reply to customers.")
    _get_ticket(number)
    wanted = request.form.get("article", "")
    known = wanted.isdecimal() and len(wanted) < 16
    row = reading().execute(_ARTICLE, {"article": int(wanted)}).first() if known else None
    if row is None:
        raise NotFound("There is no such article, or customers may not see it.")
    address = f"{base_url()}/help/{row.lang}/a/{row.slug}"
    text = f"{row.title}\n{address}"
    if request.form.get("as") == "text":
        text = f"{letter_text(row.body, base_url())}\n\n{address}"
    if request.headers.get("Accept", "") == "text/plain":
        return Response(text, mimetype="text/plain")
    return page(number, text=text)


def _get_ticket(number: int) -> AnyRow:
    row = reading().execute(_TICKET, {"ticket": number}).first()
    if row is None:
        raise NotFound(NO_TICKET)
    check_visible(row.mailbox_id)
    return row


def _words(ticket: AnyRow) -> str:
    """The subject and the first words of what was asked."""
    first = reading().execute(_FIRST, {"ticket": ticket.id}).first()
    said = (first.visible_text or first.text) if first else ""
    return " ".join(f"{ticket.subject} {said[:LONGEST]}".split())[:LONGEST]


def _language(ticket: AnyRow) -> str:
    return ticket.language if ticket.language in read_languages() else business().language


def _found(words: str, lang: str) -> list[Listed]:
    hits = get_searcher().search(words, lang, MOST, internal=True).hits if words else ()
    there = listed(reading(), [hit.id for hit in hits], internal=True)
    return [there[hit.id] for hit in hits if hit.id in there]
