"""Categories on pages: the tree of a language, one category with its articles, and articles moved by the handful."""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.errors import NotFound, Refused
from supportbox.kb import shelving
from supportbox.kb.article import Article
from supportbox.kb.category import BETWEEN, Category, path_of, place
from supportbox.kb.slug import is_language
from supportbox.store import db
from supportbox.web.frame import render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, writing
from supportbox.web.settings.article_changes import bring_up_search, check_writer, writer_of

STEPS = {"up": -1, "down": 1}


def tree() -> ResponseReturnValue:
    """The categories of one language, in order, with the way to make another."""
    return _draw_tree(request.args.get("lang", ""))


def add() -> ResponseReturnValue:
    """A new category, last among its siblings."""
    check_writer()
    lang, name = request.form.get("lang", ""), " ".join(request.form.get("name", "").split())
    try:
        if not name or BETWEEN in name or not is_language(lang):
            raise Refused("A category needs a name, and “ > ” cannot be in it.")
        with writing() as session:
            parent = _find(session, request.form.get("parent", ""))
            place(session, lang, path_of(session, parent) + BETWEEN + name if parent else name[: shelving.LONGEST_NAME])
    except Refused as refused:
        return _draw_tree(lang, problem=explain(refused), name=name), refused.status
    return redirect(f"/settings/help/categories?lang={lang}", 303)


def show(number: int) -> ResponseReturnValue:
    """One category: its name, its place, its articles."""
    return _draw_one(_get(db.session(), number))


def change(number: int) -> ResponseReturnValue:
    """Name, summary and place in the tree."""
    check_writer()
    try:
        with writing() as session, writer_of(session) as writer:
            category = _get(session, number)
            shelving.name_category(writer, category, request.form.get("name", ""), request.form.get("summary", ""))
            shelving.put_below(session, category, _find(session, request.form.get("parent", "")))
    except Refused as refused:
        return _draw_one(_get(db.session(), number), problem=explain(refused)), refused.status
    bring_up_search()
    return redirect(f"/settings/help/categories/{number}?saved", 303)


def move(number: int) -> ResponseReturnValue:
    """One place up or down; or, dragged, the order of all that are there with it."""
    check_writer()
    with writing() as session:
        category = _get(session, number)
        if ids := _ids(request.form.get("ids", "")):
            shelving.order_categories(session, shelving.in_order(shelving.siblings(session, category), ids))
        else:
            shelving.move_category(session, category, STEPS.get(request.form.get("to", ""), 0))
    return redirect(f"/settings/help/categories?lang={category.lang}#c{number}", 303)


def move_article(number: int, article_id: int) -> ResponseReturnValue:
    """The same for an article within its category."""
    check_writer()
    with writing() as session:
        category = _get(session, number)
        there = shelving.articles_of(session, category)
        if ids := _ids(request.form.get("ids", "")):
            shelving.order_articles(session, shelving.in_order(there, ids))
        elif one := next((article for article in there if article.id == article_id), None):
            shelving.move_article(session, category, one, STEPS.get(request.form.get("to", ""), 0))
    return redirect(f"/settings/help/categories/{number}#a{article_id}", 303)


def delete(number: int) -> ResponseReturnValue:
    """An empty category goes."""
    check_writer()
    try:
        with writing() as session:
            category = _get(session, number)
            shelving.delete_category(session, category)
    except Refused as refused:
        return _draw_one(_get(db.session(), number), problem=explain(refused)), refused.status
    return redirect(f"/settings/help/categories?lang={category.lang}", 303)


def put_away() -> ResponseReturnValue:
    """Move the chosen articles into a category."""
    check_writer()
    chosen = _ids(",".join(request.form.getlist("article")))
    with writing() as session, writer_of(session) as writer:
        articles = session.scalars(select(Article).where(Article.id.in_(chosen))).all()
        to = request.form.get("category", "")
        category = _get(session, int(to)) if to.isdecimal() and len(to) < 16 else None
        try:
            moved = shelving.put_away(writer, articles, category)
        except Refused as refused:
            raise type(refused)(explain(refused)) from None
    bring_up_search()
    return redirect(f"/settings/help/?moved={moved}", 303)


def _draw_tree(lang: str, *, problem: str = "", name: str = "") -> str:
    lang = lang if is_language(lang) else business().language
    session = db.session()
    there = select(Category).where(Category.lang == lang).order_by(Category.position, Category.id)
    categories = session.scalars(there).all()
    counted = select(Article.category_id, func.count()).where(Article.lang == lang).group_by(Article.category_id)
    written = session.scalars(select(Category.lang).distinct()).all()
    return render(
        "articles/categories.html",
        here_lang=lang,
        langs=sorted({*written, *LANGUAGES}),
        top=[category for category in categories if category.parent_id is None],
        below={one.id: [c for c in categories if c.parent_id == one.id] for one in categories},
        counts={row[0]: row[1] for row in session.execute(counted)},
        problem=problem,
        name=name,
    )


def _draw_one(category: Category, *, problem: str = "") -> str:
    session = db.session()
    top = select(Category).where(
        Category.lang == category.lang, Category.parent_id.is_(None), Category.id != category.id
    )
    return render(
        "articles/category.html",
        category=category,
        parents=session.scalars(top.order_by(Category.position, Category.id)).all(),
        articles=shelving.articles_of(session, category),
        problem=problem,
        is_saved="saved" in request.args,
    )


def _get(session: Session, number: int) -> Category:
    category = session.get(Category, number, populate_existing=True)
    if category is None:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    return category


def _find(session: Session, number: str) -> Category | None:
    return session.get(Category, int(number)) if number.isdecimal() and len(number) < 16 else None


def _ids(text: str) -> Sequence[int]:
    return [int(part) for part in text.split(",")[:1000] if part.isdecimal() and len(part) < 16]
