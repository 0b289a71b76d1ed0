"""Reading the help centre: what stands where, in bare rows for fast pages. Nothing but public articles unless said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Integer, bindparam, func, or_, select, tuple_

from supportbox.kb.article import Article, Redirect
from supportbox.kb.category import Category

PUBLIC = Article.status == "public"


class Link(NamedTuple):
    """An article to go to."""

    slug: str
    title: str
    summary: str = ""


class Page(NamedTuple):
    """An article as a page needs it."""

    id: int
    lang: str
    slug: str
    group: str
    title: str
    summary: str
    body: str
    status: str
    version: int
    position: int
    category_id: int | None
    updated_at: datetime
    published_at: datetime | None
    views: int
    helpful_yes: int
    helpful_no: int


class Listed(NamedTuple):
    """An article in a list of what was found."""

    id: int
    slug: str
    title: str
    updated_at: datetime
    category: str | None
    status: str = "public"


class Address(NamedTuple):
    """Where a public article is, for the sitemap."""

    lang: str
    slug: str
    group: str
    updated_at: datetime


class News(NamedTuple):
    """A published article, for the feed."""

    slug: str
    title: str
    summary: str
    published_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with what stands in it; `count` includes the categories below."""

    id: int
    slug: str
    name: str
    summary: str
    parent_id: int | None
    count: int
    first: tuple[Link, ...] = ()


_LANGUAGES = select(Article.lang).where(PUBLIC).distinct()
_CATEGORIES = select(Category.id, Category.slug, Category.name, Category.summary, Category.parent_id).where(
    Category.lang == bindparam("lang")
).order_by(Category.position, Category.id)  # fmt: skip
_STEP = select(Category.name, Category.slug, Category.parent_id).where(Category.id == bindparam("id"))
_COUNTS = select(Article.category_id, func.count()).where(Article.lang == bindparam("lang"), PUBLIC).group_by(
    Article.category_id
)  # fmt: skip
_IN_ORDER = (
    select(Article.slug, Article.title, Article.summary)
    .where(Article.lang == bindparam("lang"), PUBLIC, Article.category_id.is_not_distinct_from(bindparam("category")))
    .order_by(Article.position, Article.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_PLACE = tuple_(Article.position, Article.id)
_HERE_TOO = tuple_(bindparam("position", type_=Integer), bindparam("id", type_=Integer))
_NEXT_TO = select(Article.slug, Article.title).where(
    Article.lang == bindparam("lang"), PUBLIC, Article.category_id.is_not_distinct_from(bindparam("category"))
).limit(1)  # fmt: skip
_BEFORE = _NEXT_TO.where(_PLACE < _HERE_TOO).order_by(Article.position.desc(), Article.id.desc())
_AFTER = _NEXT_TO.where(_PLACE > _HERE_TOO).order_by(Article.position, Article.id)
_POPULAR = (
    select(Article.slug, Article.title)
    .where(Article.lang == bindparam("lang"), PUBLIC, Article.views > 0)
    .order_by(Article.views.desc(), Article.id.desc())
    .limit(bindparam("limit"))
)
_ARTICLE = select(
    Article.id, Article.lang, Article.slug, Article.group, Article.title, Article.summary, Article.body, Article.status,
    Article.version, Article.position, Article.category_id, Article.updated_at, Article.published_at, Article.views,
    Article.helpful_yes, Article.helpful_no,
)  # fmt: skip
_HERE = _ARTICLE.where(Article.lang == bindparam("lang"), Article.slug == bindparam("slug"))
_MOVED = select(Article.slug).join(Redirect, Redirect.article_id == Article.id).where(
    PUBLIC, Redirect.lang == bindparam("lang"), Redirect.slug == bindparam("slug")
)  # fmt: skip
_ELSEWHERE = (
    _ARTICLE.where(PUBLIC, or_(Article.slug == bindparam("slug"), Article.group == bindparam("slug")))
    .order_by((Article.lang == "en").desc(), Article.id)
    .limit(1)
)
_SIBLINGS = select(Article.lang, Article.slug).where(PUBLIC, Article.group == bindparam("group")).order_by(Article.lang)
_FOUND_BY_AGENTS = select(
    Article.id, Article.slug, Article.title, Article.updated_at, Category.name, Article.status
).outerjoin(Category, Article.category_id == Category.id).where(
    Article.status != "draft", Article.id.in_(bindparam("ids", expanding=True))
)  # fmt: skip
_FOUND = _FOUND_BY_AGENTS.where(PUBLIC)
_EVERYTHING = select(Article.lang, Article.slug, Article.group, Article.updated_at).where(PUBLIC).order_by(
    Article.lang, Article.position, Article.id
)  # fmt: skip
_NEWEST = (
    select(Article.slug, Article.title, Article.summary, Article.published_at, Article.updated_at)
    .where(Article.lang == bindparam("lang"), PUBLIC)
    .order_by(Article.published_at.desc(), Article.id.desc())
    .limit(bindparam("limit"))
)


def languages(connection: Connection) -> tuple[str, ...]:
    """The languages that have something to read."""
    return tuple(sorted(connection.scalars(_LANGUAGES)))


def shelves(connection: Connection, lang: str) -> list[Shelf]:
    """All categories of a language that lead to an article, in order."""
    counts: dict[int | None, int] = {row[0]: row[1] for row in connection.execute(_COUNTS, {"lang": lang})}
    rows = connection.execute(_CATEGORIES, {"lang": lang}).all()
    totals = {row.id: counts.get(row.id, 0) for row in rows}
    for row in rows:
        if row.parent_id in totals:
            totals[row.parent_id] += counts.get(row.id, 0)
    return [Shelf(*row, count=totals[row.id]) for row in rows if totals[row.id]]


def way_to(connection: Connection, category_id: int | None) -> list[Link]:
    """The categories from the top down to this one."""
    steps: list[Link] = []
    while category_id and (row := connection.execute(_STEP, {"id": category_id}).first()):
        steps.insert(0, Link(row.slug, row.name))
        category_id = row.parent_id if len(steps) < 2 else None
    return steps


def on_shelf(connection: Connection, lang: str, category_id: int | None, *, limit: int, offset: int = 0) -> list[Link]:
    """The articles of a category in order; those without one for None."""
    values = {"lang": lang, "category": category_id, "limit": limit, "offset": offset}
    return [Link(*row) for row in connection.execute(_IN_ORDER, values)]


def popular(connection: Connection, lang: str, limit: int = 5) -> list[Link]:
    """What is read most."""
    return [Link(*row) for row in connection.execute(_POPULAR, {"lang": lang, "limit": limit})]


def find_page(connection: Connection, lang: str, slug: str) -> Page | None:
    """The article of any status at this address."""
    row = connection.execute(_HERE, {"lang": lang, "slug": slug}).first()
    return Page._make(row) if row else None


def find_moved(connection: Connection, lang: str, slug: str) -> str | None:
    """The present slug of a public article that was here once."""
    return connection.scalar(_MOVED, {"lang": lang, "slug": slug})


def find_elsewhere(connection: Connection, slug: str) -> Page | None:
    """The same article in a language that has it."""
    row = connection.execute(_ELSEWHERE, {"slug": slug}).first()
    return Page._make(row) if row else None


def siblings(connection: Connection, group: str) -> dict[str, str]:
    """The slug of an article in each language that has it."""
    return {row.lang: row.slug for row in connection.execute(_SIBLINGS, {"group": group})}


def neighbours(connection: Connection, page: Page) -> tuple[Link | None, Link | None]:
    """The article before and the one after in the same category."""
    values = {"lang": page.lang, "category": page.category_id, "position": page.position, "id": page.id}
    before, after = (connection.execute(statement, values).first() for statement in (_BEFORE, _AFTER))
    return (Link(*before) if before else None, Link(*after) if after else None)


def listed(connection: Connection, ids: Collection[int], *, internal: bool = False) -> dict[int, Listed]:
    """What the database says now of articles that search found: only what is public, at its present address.
    `internal` is for agents, who may see those too."""
    rows = connection.execute(_FOUND_BY_AGENTS if internal else _FOUND, {"ids": list(ids)}) if ids else ()
    return {row[0]: Listed(*row) for row in rows}


def everything(connection: Connection) -> list[Address]:
    """Every public article."""
    return [Address(*row) for row in connection.execute(_EVERYTHING)]


def newest(connection: Connection, lang: str, limit: int = 30) -> list[News]:
    """The articles published last."""
    return [News(*row) for row in connection.execute(_NEWEST, {"lang": lang, "limit": limit})]
