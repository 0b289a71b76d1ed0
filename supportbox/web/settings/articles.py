"""Writing the help centre: the list of articles, and the editor with its preview."""

from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.kb import drawer
from supportbox.kb.article import Article
from supportbox.kb.asked import not_found
from supportbox.kb.markdown import without_anchors
from supportbox.kb.slug import is_language
from supportbox.kb.ticket_link import note_ticket, tickets_of
from supportbox.kb.unsaved import drop_unsaved, find_unsaved
from supportbox.store import db
from supportbox.web.access import get_viewer
from supportbox.web.frame import page_language, render
from supportbox.web.help import tally
from supportbox.web.help.article import rendered
from supportbox.web.help.days import long_day
from supportbox.web.help.pictures import keep_picture
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.gate import check_visible, get_ticket
from supportbox.web.reading import business, writing
from supportbox.web.settings.article_changes import (
    bring_up_search,
    check_writer,
    get_article,
    rename,
    settle_status,
    writer_of,
)
from supportbox.web.settings.article_form import ArticleForm, stored, typed
from supportbox.web.settings.article_unsaved import laid_over

A_PAGE = 50
WANTED = 8
TICKETS = 10


def listing() -> ResponseReturnValue:
    """All articles, and what readers asked for in vain."""
    tally.settle()
    session = db.session()
    status, words, lang = (request.args.get(name, "")[:200] for name in ("status", "q", "lang"))
    page = request.args.get("page", "1")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1
    found = drawer.lines(session, status=status, lang=lang, words=words, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    return render(
        "articles/list.html",
        lines=found[:A_PAGE],
        has_more=len(found) > A_PAGE,
        number=number,
        status=status,
        words=words,
        counts=drawer.count_by_status(session),
        wanted=not_found(session, limit=WANTED),
        shelves=drawer.all_paths(session),
        long_day=long_day,
        is_deleted="deleted" in request.args,
        moved=request.args.get("moved", ""),
    )


def new() -> ResponseReturnValue:
    """An empty article, or one begun from a search, from another language, from an answer to a ticket."""
    given = request.args
    lang = given.get("lang", "")
    form = ArticleForm(
        lang=lang if is_language(lang) else business().language,
        title=given.get("title", "")[:300],
        category=given.get("category", "")[:200],
        group=given.get("group", "")[:200],
    )
    if given.get("message", "").isdecimal():
        _begin_from_answer(form, int(given["message"][:15]))
    at = None if given else _lay_unsaved_over(form, 0)
    return _draw(form, None, unsaved_at=at)


def create() -> ResponseReturnValue:
    """Store a new article."""
    check_writer()
    form = typed()
    try:
        if _is_only_shown(form):
            return _draw(form, None)
        with writing() as session, writer_of(session) as writer:
            article, _kind = writer.save(form.manuscript(session, is_new=True, status="draft"))
            settle_status(writer, article, form)
            session.flush()
            _note_origin(session, form, article, writer.now)
            drop_unsaved(session, get_viewer().id, 0)
    except Refused as refused:
        return _draw(form, None, problem=explain(refused)), refused.status
    bring_up_search()
    return redirect(f"/settings/help/articles/{article.id}?saved", 303)


def edit(number: int) -> ResponseReturnValue:
    """The editor, with what this agent typed last and did not save."""
    article = get_article(db.session(), number)
    form = stored(db.session(), article)
    return _draw(form, article, unsaved_at=_lay_unsaved_over(form, number))


def save(number: int) -> ResponseReturnValue:
    """Store what was typed; somebody else's change meanwhile is not written over."""
    check_writer()
    form = typed()
    try:
        if _is_only_shown(form):
            return _draw(form, get_article(db.session(), number))
        with writing() as session, writer_of(session) as writer:
            article = get_article(session, number)
            form.lang, form.status = article.lang, article.status
            if form.seen < article.version:
                raise Conflict("Somebody changed this article while you were writing. Compare before you save again.")
            text = form.manuscript(session, is_new=False, status=article.status)
            rename(writer, article, text.slug)
            writer.change(article, text)
            settle_status(writer, article, form)
            drop_unsaved(session, get_viewer().id, number)
    except Refused as refused:
        stale = get_article(db.session(), number)
        form.seen = stale.version
        return _draw(form, stale, problem=explain(refused)), refused.status
    bring_up_search()
    return redirect(f"/settings/help/articles/{number}?saved", 303)


def preview() -> ResponseReturnValue:
    """What is typed, as readers will see it."""
    return render("articles/preview.html", html=_shown(request.form.get("body", "")[:300_000], page_language()))


def _is_only_shown(form: ArticleForm) -> bool:
    """Whether nothing is to be stored but a picture: the way without a script. The picture is put below the text."""
    wanted = request.form.get("do")
    given = request.files.get("picture")
    if wanted == "picture" and given:
        form.body = f"{form.body.rstrip()}\n\n![{_('what it shows')}]({keep_picture(given.stream.read())})\n"
    return wanted in ("preview", "picture")


def _draw(form: ArticleForm, article: Article | None, *, problem: str = "", unsaved_at: datetime | None = None) -> str:
    session = db.session()
    there = drawer.siblings_of(session, article) if article else {}
    return render(
        "articles/edit.html",
        form=form,
        article=article,
        problem=problem,
        is_saved="saved" in request.args,
        unsaved_at=unsaved_at,
        paths=drawer.paths(session, form.lang),
        there=there,
        missing=[code for code in LANGUAGES if article and code not in there],
        tickets=_tickets(session, article) if article else [],
        html=_shown(form.body, form.lang),
        long_day=long_day,
    )


def _tickets(session: Session, article: Article) -> list[tuple[int, str, str]]:
    """Number, subject and connection of the article's tickets; the deleted ones left out."""
    links = tickets_of(session, article.id, limit=TICKETS)
    subjects = select(Ticket.id, Ticket.subject).where(
        Ticket.id.in_([link.ticket_id for link in links]), Ticket.deleted_at.is_(None)
    )
    there = {row[0]: row[1] for row in session.execute(subjects)}
    return [(link.ticket_id, there[link.ticket_id], link.how) for link in links if link.ticket_id in there]


def _shown(body: str, lang: str) -> Markup:
    return Markup(without_anchors(rendered(body, lang).html))  # noqa: S704 - cleaned by nh3


def _lay_unsaved_over(form: ArticleForm, number: int) -> datetime | None:
    """Put back what was typed and not saved; when that was."""
    kept = find_unsaved(db.session(), get_viewer().id, number)
    if kept is None:
        return None
    for name, value in laid_over(kept.fields).items():
        setattr(form, name, value)
    if number:
        seen = kept.fields.get("seen", "")
        form.seen = int(seen) if seen.isdecimal() and len(seen) < 9 else form.seen
    return kept.at


def _begin_from_answer(form: ArticleForm, message_id: int) -> None:
    """An agent's answer that is worth keeping for everybody; NotFound where its ticket is not there for this agent."""
    message = db.session().get(Message, message_id)
    if message and message.kind == "agent":
        ticket = db.session().get_one(Ticket, message.ticket_id)
        check_visible(ticket.mailbox_id)
        form.title, form.body, form.lang = ticket.subject, message.visible, ticket.language or form.lang
        form.message = str(message_id)


def _note_origin(session: Session, form: ArticleForm, article: Article, now: datetime) -> None:
    """Remember the ticket whose answer it was made of."""
    number = form.message if form.message.isdecimal() and len(form.message) < 16 else ""
    message = session.get(Message, int(number)) if number else None
    if message and message.kind == "agent":
        get_ticket(session, message.ticket_id)  # what is hidden from this agent is no origin either
        note_ticket(session, article.id, message.ticket_id, "made", at=now)
