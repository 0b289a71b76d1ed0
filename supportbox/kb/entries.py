"""Articles as search keeps them; drafts are never among them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from supportbox.kb.article import Article
from supportbox.kb.category import Category
from supportbox.kb.markdown_text import read_markdown
from supportbox.kb.searcher import Entry


def all_entries(session: Session) -> Iterator[Entry]:
    """Every article that somebody may find."""
    return _entries(session, Article.status != "draft")


def entries_of(session: Session, ids: Sequence[int]) -> Iterator[Entry]:
    """Those of these articles that somebody may find."""
    for start in range(0, len(ids), 500):
        yield from _entries(session, Article.status != "draft", Article.id.in_(ids[start : start + 500]))


def _entries(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Entry]:
    rows = select(
        Article.id, Article.slug, Article.lang, Article.title, Article.summary, Article.body, Article.tags,
        Article.status, Category.name,
    ).outerjoin(Category, Article.category_id == Category.id)  # fmt: skip
    for row in session.execute(rows.where(*conditions).order_by(Article.id).execution_options(yield_per=200)):
        said = read_markdown(row.body)
        yield Entry(
            id=row.id,
            slug=row.slug,
            lang=row.lang,
            title=row.title,
            summary=row.summary,
            category=row.name or "",
            tags=tuple(row.tags),
            headings=said.headings,
            body=said.text,
            is_public=row.status == "public",
        )
