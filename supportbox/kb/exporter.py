"""Articles out: Markdown files with front matter, a folder a language, as the importer reads them back."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox.errors import Refused
from supportbox.kb import front_matter
from supportbox.kb.article import Article
from supportbox.kb.category import Category, path_of
from supportbox.kb.picture_links import give_out


def export_articles(session: Session, folder: Path, pictures: Path) -> int:
    """Write every article of every status, and how many there were. Files that stand there already are replaced.

    `pictures` is where their pictures are kept; copies go into a folder of that name beside the languages.
    """
    count = 0
    try:
        for name, text, shown in _files(session):
            for picture in shown:
                _copy(pictures / picture, folder / "pictures")
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            count += 1
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
    return count


def _copy(picture: Path, folder: Path) -> None:
    if picture.is_file() and not (folder / picture.name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        copyfile(picture, folder / picture.name)


def _files(session: Session) -> Iterator[tuple[str, str, list[str]]]:
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
        body, pictures = give_out(article.body)
        yield f"{article.lang}/{article.slug}.md", front_matter.join(values, body), pictures
