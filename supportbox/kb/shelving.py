"""Categories put in order: made, named, nested two deep, moved among their neighbours, filled and taken away."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.errors import Conflict, Refused
from supportbox.kb.article import Article
from supportbox.kb.category import Category
from supportbox.kb.writing import Writer

T = TypeVar("T", Category, Article)
LONGEST_NAME = 120
LONGEST_SUMMARY = 500


def siblings(session: Session, category: Category) -> list[Category]:
    """The categories on the same level below the same one, itself among them, in order."""
    return _below(session, category.lang, category.parent_id)


def articles_of(session: Session, category: Category) -> Sequence[Article]:
    """Its own articles of every status, in order."""
    inside = select(Article).where(Article.category_id == category.id)
    return session.scalars(inside.order_by(Article.position, Article.id)).all()


def name_category(writer: Writer, category: Category, name: str, summary: str) -> None:
    """Another name, which search learns too; its address stays."""
    name, summary = " ".join(name.split())[:LONGEST_NAME], " ".join(summary.split())[:LONGEST_SUMMARY]
    if not name or " > " in name:
        raise Refused("A category needs a name, and “ > ” cannot be in it.")
    is_renamed = name != category.name
    category.name, category.summary = name, summary
    if is_renamed:
        writer.touch(articles_of(writer.session, category))
    writer.session.flush()


def put_below(session: Session, category: Category, parent: Category | None) -> None:
    """Nest it, or bring it back to the top; it comes last there."""
    parent_id = parent.id if parent else None
    if parent_id == category.parent_id:
        return
    if parent and (parent.id == category.id or parent.lang != category.lang or parent.parent_id):
        raise Conflict("A category can only be below one of the top level, of the same language.")
    if parent and session.scalar(select(Category.id).where(Category.parent_id == category.id).limit(1)):
        raise Conflict("This category has others below it: it stays at the top.")
    category.position = len(_below(session, category.lang, parent_id)) + 1
    category.parent_id = parent_id
    session.flush()


def move_category(session: Session, category: Category, step: int) -> None:
    """One place up (-1) or down (+1) among its siblings."""
    order_categories(session, _moved(siblings(session, category), category, step))


def order_categories(session: Session, wanted: Sequence[Category]) -> None:
    """Number siblings in this order."""
    for position, category in enumerate(wanted, 1):
        category.position = position
    session.flush()


def move_article(session: Session, category: Category, article: Article, step: int) -> None:
    """One place up or down in its category."""
    order_articles(session, _moved(list(articles_of(session, category)), article, step))


def order_articles(session: Session, wanted: Sequence[Article]) -> None:
    """Give these articles the places that they have together, in this order."""
    last = 0
    for article, position in zip(wanted, sorted(article.position for article in wanted), strict=True):
        last = article.position = max(position, last + 1)
    session.flush()


def put_away(writer: Writer, articles: Sequence[Article], category: Category | None) -> int:
    """Move articles of one language into a category, or out of all; how many were elsewhere before."""
    if category and any(article.lang != category.lang for article in articles):
        raise Conflict("These articles are in another language than the category. Nothing was moved.")
    wanted = category.id if category else None
    moved = [article for article in articles if article.category_id != wanted]
    for article in moved:
        article.category_id = wanted
    writer.touch(moved)
    writer.session.flush()
    return len(moved)


def delete_category(session: Session, category: Category) -> None:
    """Take an empty one away."""
    inside = session.scalar(select(func.count(Article.id)).where(Article.category_id == category.id))
    below = session.scalar(select(func.count(Category.id)).where(Category.parent_id == category.id))
    if inside or below:
        raise Conflict("Only an empty category can be deleted: move its articles first.")
    session.delete(category)
    session.flush()


def in_order(there: Sequence[T], ids: Sequence[int]) -> list[T]:
    """The things in the order of their ids; those that are not named keep their order behind."""
    places = {number: place for place, number in enumerate(ids)}
    return sorted(there, key=lambda one: places.get(one.id, len(places)))


def _below(session: Session, lang: str, parent_id: int | None) -> list[Category]:
    wanted = select(Category).where(Category.lang == lang, Category.parent_id.is_not_distinct_from(parent_id))
    return list(session.scalars(wanted.order_by(Category.position, Category.id)))


def _moved(there: list[T], one: T, step: int) -> list[T]:
    place = there.index(one)
    to = min(max(place + step, 0), len(there) - 1)
    there.insert(to, there.pop(place))
    return there
