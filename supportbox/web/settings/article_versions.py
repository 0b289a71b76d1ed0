"""An article's earlier versions, compared and brought back; and its end."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox.errors import NotFound, Refused
from supportbox.kb import drawer
from supportbox.kb.article import ArticleVersion
from supportbox.kb.comparing import compare
from supportbox.kb.manuscript import Manuscript
from supportbox.store import db
from supportbox.web.frame import render
from supportbox.web.help.days import long_day
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing
from supportbox.web.settings.article_changes import bring_up_search, check_writer, get_article, writer_of
from supportbox.web.settings.article_form import stored


def versions(number: int) -> ResponseReturnValue:
    """Earlier versions, one of them side by side with the present one."""
    session = db.session()
    article = get_article(session, number)
    kept = drawer.versions_of(session, article)
    chosen = next((one for one in kept if str(one.number) == request.args.get("from")), kept[0] if kept else None)
    return render(
        "articles/versions.html",
        article=article,
        kept=kept,
        chosen=chosen,
        rows=compare(chosen.body, article.body) if chosen else [],
        long_day=long_day,
    )


def restore(number: int, version: int) -> ResponseReturnValue:
    """Say again what it said then; what it says now is kept as a version too."""
    check_writer()
    with writing() as session, writer_of(session) as writer:
        article = get_article(session, number)
        old = session.scalar(
            select(ArticleVersion).where(ArticleVersion.article_id == number, ArticleVersion.number == version)
        )
        if old is None:
            raise NotFound(_("There is no such page, or it is not for you to see."))
        now = stored(session, article)
        writer.change(
            article,
            Manuscript(
                article.slug,
                article.lang,
                old.title,
                old.summary,
                now.category,
                tuple(article.tags),
                old.body,
                article.status,
            ),
        )
    bring_up_search()
    return redirect(f"/settings/help/articles/{number}?saved", 303)


def delete(number: int) -> ResponseReturnValue:
    """Take an article away for good; only its own title, typed, does it."""
    check_writer()
    with writing() as session, writer_of(session) as writer:
        article = get_article(session, number)
        if request.form.get("title", "").split() != article.title.split():
            raise Refused(_("Type the article's title to delete it. Nothing was deleted."))
        writer.delete(article)
    bring_up_search()
    return redirect("/settings/help/?deleted", 303)
