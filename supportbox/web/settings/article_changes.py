"""What every change of an article needs: who may, who does, and search brought up to date after it."""

from flask import request
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import Conflict, Forbidden, NotFound, Refused
from supportbox.inbox.event import record
from supportbox.kb.article import Article
from supportbox.kb.writing import Writer
from supportbox.search.opening import get_searcher
from supportbox.search.refresh import refresh
from supportbox.web.access import get_viewer
from supportbox.web.i18n import gettext as _
from supportbox.web.settings.article_form import ArticleForm


def get_article(session: Session, number: int) -> Article:
    """The article of any status; NotFound where there is none."""
    article = session.get(Article, number, populate_existing=True)
    if article is None:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    return article


def check_writer() -> None:
    """Refuse those who may only read."""
    if not get_viewer().can_reply:
        raise Forbidden(_("Light agents read articles, but do not write them."))


def writer_of(session: Session) -> Writer:
    """This agent, writing now."""
    return Writer(session, record, clock.now(), get_viewer().id)


def rename(writer: Writer, article: Article, slug: str) -> None:
    """Another address, or a sentence that the page can translate."""
    try:
        writer.rename(article, slug)
    except Conflict:
        raise Conflict("Another article has this address.") from None


def bring_up_search() -> None:
    """Make it findable at once; while another process holds the index, the worker will do it."""
    try:
        refresh(get_searcher())
    except Refused:
        return


def settle_status(writer: Writer, article: Article, form: ArticleForm) -> None:
    """Publish, hide or schedule it, as the button says and the field "publish later"."""
    wanted, at = request.form.get("do", ""), form.later(writer.now)
    if at and (wanted == "publish" or (article.publish_at and article.status == "draft")):
        writer.schedule(article, at)
    elif wanted == "publish":
        writer.publish(article)
    elif wanted == "internal":
        writer.keep_internal(article)
    elif wanted == "unpublish":
        writer.unpublish(article)
    elif not form.publish_at:
        article.publish_at = None
