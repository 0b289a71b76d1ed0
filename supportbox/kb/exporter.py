"""Articles out: Markdown files with front matter, a folder a language, as the importer reads them back."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.kb import front_matter
from supportbox.kb.article import Article
from supportbox.kb.category import Category, path_of


def export_articles(session: Session, folder: Path) -> int:
    """Write every article of every status, and how many there were. Files that stand there already are replaced."""
    count = 0
    try:
        for name, text in _files(session):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            count += 1
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
    return count


def _files(session: Session) -> Iterator[tuple[str, str]]:
    paths = {category.id: path_of(session, category) for category in session.scalars(select(Category))}
    order = select(Article).order_by(Article.lang, Article.position, Article.id)
    for article in session.scalars(order.execution_options(yield_per=200)):
        values: dict[str, object] = {
            "slug": article.slug,
            "lang": article.lang,
            "title": article.title,
            "summary": article.summary,
            "category": paths.get(article.category_id or 0, ""),
            "tags": list(article.tags),
            "status": article.status,
        }
        if article.group != article.slug:
            values["group"] = article.group
        yield f"{article.lang}/{article.slug}.md", front_matter.join(values, article.body)
