"""All articles as their writers see them: of every status, with their languages, figures and versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.kb.article import STATUSES, Article, ArticleVersion
from supportbox.kb.category import BETWEEN, Category


class Line(NamedTuple):
    """One article in the list."""

    id: int
    lang: str
    title: str
    status: str
    category: str | None
    updated_at: datetime
    views: int
    helpful_yes: int
    helpful_no: int
    publish_at: datetime | None


class Place(NamedTuple):
    """A category with its path, such as "Delivery > Parcels"."""

    id: int
    lang: str
    path: str


def lines(
    session: Session, *, status: str = "", lang: str = "", words: str = "", limit: int, offset: int = 0
) -> list[Line]:
    """Articles, changed last first; `words` must be in the title, in any order."""
    wanted = select(
        Article.id, Article.lang, Article.title, Article.status, Category.name, Article.updated_at, Article.views,
        Article.helpful_yes, Article.helpful_no, Article.publish_at,
    ).outerjoin(Category, Category.id == Article.category_id)  # fmt: skip
    if status in STATUSES:
        wanted = wanted.where(Article.status == status)
    if lang:
        wanted = wanted.where(Article.lang == lang)
    for word in words.split()[:8]:
        wanted = wanted.where(Article.title.icontains(word, autoescape=True))
    order = wanted.order_by(Article.updated_at.desc(), Article.id.desc()).limit(limit).offset(offset)
    return [Line._make(row) for row in session.execute(order)]


def count_by_status(session: Session) -> dict[str, int]:
    """How many articles there are of each status."""
    counted = session.execute(select(Article.status, func.count()).group_by(Article.status))
    return {row[0]: row[1] for row in counted}


def siblings_of(session: Session, article: Article) -> dict[str, int]:
    """The same article in each language, of any status."""
    rows = session.execute(select(Article.lang, Article.id).where(Article.group == article.group))
    return {row[0]: row[1] for row in rows}


def paths(session: Session, lang: str) -> list[str]:
    """The categories of a language as they are typed, in order."""
    return [place.path for place in all_paths(session, lang)]


def all_paths(session: Session, lang: str = "") -> list[Place]:
    """The categories of one language or all, in order."""
    wanted = select(Category).order_by(Category.lang, Category.position, Category.id)
    categories = session.scalars(wanted.where(Category.lang == lang) if lang else wanted).all()
    names = {category.id: category.name for category in categories}
    return [
        Place(
            category.id,
            category.lang,
            f"{names[category.parent_id]}{BETWEEN}{category.name}" if category.parent_id in names else category.name,
        )
        for category in categories
    ]


def versions_of(session: Session, article: Article) -> Sequence[ArticleVersion]:
    """What an article said before, newest first."""
    kept = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return session.scalars(kept.order_by(ArticleVersion.number.desc())).all()


def free_slug(session: Session, lang: str, wanted: str) -> str:
    """This slug, or the next one with a number that no article of the language has."""
    slug, number = wanted, 1
    while session.scalar(select(Article.id).where(Article.lang == lang, Article.slug == slug)):
        number += 1
        slug = f"{wanted}-{number}"
    return slug
