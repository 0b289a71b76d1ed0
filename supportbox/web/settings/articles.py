"""Writing the help centre: the list of articles, the editor with its preview, versions, and what was asked in vain."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from supportbox.errors import Conflict, Refused
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.kb import drawer
from supportbox.kb.article import Article
from supportbox.kb.asked import not_found
from supportbox.kb.markdown import without_anchors
from supportbox.kb.slug import is_language
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in
from supportbox.web.frame import page_language, render
from supportbox.web.help import tally
from supportbox.web.help.article import rendered
from supportbox.web.help.days import long_day
from supportbox.web.i18n import LANGUAGES
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, writing
from supportbox.web.settings import article_versions
from supportbox.web.settings.article_changes import bring_up_search, check_writer, get_article, rename, writer_of
from supportbox.web.settings.article_form import ArticleForm, stored, typed

A_PAGE = 50
WANTED = 8

bp = Blueprint("articles", __name__, url_prefix="/settings/help")
bp.before_request(ask_to_sign_in)


@bp.get("/")
def listing() -> ResponseReturnValue:
    """All articles, and what readers asked for in vain."""
    tally.settle()
    session = db.session()
    status, words = request.args.get("status", ""), request.args.get("q", "")[:200]
    page = request.args.get("page", "1")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1
    found = drawer.lines(session, status=status, words=words, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    return render(
        "articles/list.html",
        lines=found[:A_PAGE],
        has_more=len(found) > A_PAGE,
        number=number,
        status=status,
        words=words,
        counts=drawer.count_by_status(session),
        wanted=not_found(session, limit=WANTED),
        long_day=long_day,
        is_deleted="deleted" in request.args,
    )


@bp.get("/new")
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
    return _draw(form, None)


@bp.post("/")
def create() -> ResponseReturnValue:
    """Store a new article."""
    check_writer()
    form = typed()
    if request.form.get("do") == "preview":
        return _draw(form, None)
    try:
        with writing() as session, writer_of(session) as writer:
            article, _kind = writer.save(form.manuscript(session, is_new=True))
    except Refused as refused:
        return _draw(form, None, problem=_(str(refused))), refused.status
    bring_up_search()
    return redirect(f"/settings/help/articles/{article.id}?saved", 303)


@bp.get("/articles/<int:number>")
def edit(number: int) -> ResponseReturnValue:
    """The editor."""
    article = get_article(db.session(), number)
    return _draw(stored(db.session(), article), article)


@bp.post("/articles/<int:number>")
def save(number: int) -> ResponseReturnValue:
    """Store what was typed; somebody else's change meanwhile is not written over."""
    check_writer()
    form = typed()
    if request.form.get("do") == "preview":
        return _draw(form, get_article(db.session(), number))
    try:
        with writing() as session, writer_of(session) as writer:
            article = get_article(session, number)
            form.lang, form.status = article.lang, article.status
            if form.seen < article.version:
                raise Conflict("Somebody changed this article while you were writing. Compare before you save again.")
            text = form.manuscript(session, is_new=False)
            rename(writer, article, text.slug)
            writer.change(article, text)
    except Refused as refused:
        stale = get_article(db.session(), number)
        form.seen = stale.version
        return _draw(form, stale, problem=_(str(refused))), refused.status
    bring_up_search()
    return redirect(f"/settings/help/articles/{number}?saved", 303)


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """What is typed, as readers will see it."""
    return render("articles/preview.html", html=_shown(request.form.get("body", "")[:300_000], page_language()))


def _draw(form: ArticleForm, article: Article | None, *, problem: str = "") -> str:
    session = db.session()
    there = drawer.siblings_of(session, article) if article else {}
    return render(
        "articles/edit.html",
        form=form,
        article=article,
        problem=problem,
        is_saved="saved" in request.args,
        paths=drawer.paths(session, form.lang),
        there=there,
        missing=[code for code in LANGUAGES if article and code not in there],
        html=_shown(form.body, form.lang),
    )


def _shown(body: str, lang: str) -> Markup:
    return Markup(without_anchors(rendered(body, lang).html))  # noqa: S704 - cleaned by nh3


def _begin_from_answer(form: ArticleForm, message_id: int) -> None:
    """An agent's answer that is worth keeping for everybody."""
    message = db.session().get(Message, message_id)
    if message and message.kind == "agent":
        ticket = db.session().get_one(Ticket, message.ticket_id)
        form.title, form.body, form.lang = ticket.subject, message.visible, ticket.language or form.lang


bp.add_url_rule("/articles/<int:number>/versions", view_func=article_versions.versions)
bp.add_url_rule(
    "/articles/<int:number>/versions/<int:version>/restoration", view_func=article_versions.restore, methods=["POST"]
)
bp.add_url_rule("/articles/<int:number>/deletion", view_func=article_versions.delete, methods=["POST"])
