"""Articles from outside: JSON lines, Markdown files or a WordPress export, read whole before one is stored."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from pathlib import Path

from sqlalchemy import select

from supportbox.errors import Refused
from supportbox.kb import front_matter
from supportbox.kb.article import Article, Redirect
from supportbox.kb.category import place
from supportbox.kb.manuscript import Manuscript, read_manuscript
from supportbox.kb.picture_links import take_in
from supportbox.kb.slug import is_language
from supportbox.kb.wordpress import read_export
from supportbox.kb.writing import Writer

BIGGEST_LINE = 5_000_000
_Found = Iterator[tuple[str, Manuscript]]


def read_articles(
    path: Path, *, lang: str = "en", pictures: MutableMapping[str, Path] | None = None
) -> list[Manuscript]:
    """All articles of a file or folder. Raises Refused, naming the line or file, on the first thing wrong.

    `lang` is for those that neither say theirs nor stand in a folder named after it. `pictures` gains the files that
    the articles show, by the names under which they will be kept.
    """
    if not path.exists():
        raise Refused(f"There is no {path}.")
    if path.is_dir():
        found = _folder(path, lang, {} if pictures is None else pictures)
    elif path.suffix.lower() in (".xml", ".wxr"):
        found = ((at, _checked(values, at)) for at, values in read_export(path, lang))
    else:
        found = _lines(path)
    articles: list[Manuscript] = []
    places: dict[tuple[str, str], str] = {}
    for at, article in found:
        before = places.setdefault((article.lang, article.slug), at)
        if before != at:
            raise Refused(
                f"{at}: the article {article.lang}/{article.slug} was already in {before}. Nothing was imported."
            )
        articles.append(article)
    if not articles:
        raise Refused(f"{path} holds no articles.")
    return articles


def store_articles(
    writer: Writer, articles: Iterable[Manuscript], *, progress: Callable[[int], None] | None = None
) -> Counter[str]:
    """Store them within the writer's transaction; how many were "new", "changed" and "same"."""
    session = writer.session
    known = {(article.lang, article.slug): article for article in session.scalars(select(Article))}
    groups = {(article.lang, article.group) for article in known.values()}
    by_id = {article.id: article for article in known.values()}
    for redirect in session.scalars(select(Redirect)):
        known.setdefault((redirect.lang, redirect.slug), by_id[redirect.article_id])
    shelves: dict[tuple[str, str], int | None] = {}
    counts: Counter[str] = Counter()
    for number, text in enumerate(articles, 1):
        shelf = (text.lang, text.category)
        if shelf not in shelves:
            category = place(session, *shelf)
            shelves[shelf] = category.id if category else None
        if article := known.get((text.lang, text.slug)):
            counts["changed" if writer.change(article, text, shelves[shelf]) else "same"] += 1
        else:
            group = text.group or text.slug
            group = f"{text.lang}:{text.slug}" if (text.lang, group) in groups else group
            groups.add((text.lang, group))
            known[text.lang, text.slug] = writer.add(text, shelves[shelf], group)
            counts["new"] += 1
        if progress:
            progress(number)
    return counts


def _lines(path: Path) -> _Found:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                at = f"{path.name} line {number}"
                if line.strip():
                    yield at, _line(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, at)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _line(line: bytes, at: str) -> Manuscript:
    if len(line) > BIGGEST_LINE:
        raise Refused(f"{at} is longer than {BIGGEST_LINE // 1_000_000} MB. Nothing was imported.")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused(f"{at} is no JSON. Nothing was imported.") from None
    if not isinstance(values, dict):
        raise Refused(f"{at} is no article: an object with slug, lang, title and body. Nothing was imported.")
    return _checked(values, at)


def _folder(path: Path, lang: str, pictures: MutableMapping[str, Path]) -> _Found:
    for file in sorted(path.rglob("*.md")):
        at = str(file.relative_to(path))
        try:
            values, body = front_matter.split(file.read_text("utf-8-sig"))
            body = take_in(body, file, path, pictures)
        except (OSError, UnicodeDecodeError):
            raise Refused(f"{at} cannot be read as UTF-8 text. Nothing was imported.") from None
        except Refused as refused:
            raise Refused(f"{at}: {str(refused).rstrip('.')}. Nothing was imported.") from refused
        values = {**_defaults(file, body, lang), **{k: v for k, v in values.items() if v != [] or k == "tags"}}
        yield at, _checked({**values, "body": _without_title(body, str(values["title"]))}, at)


def _defaults(file: Path, body: str, lang: str) -> dict[str, object]:
    """What a file says of itself where its front matter is silent: its name, its folder, its first heading."""
    folder = file.parent.name
    return {
        "slug": file.stem,
        "lang": folder if len(folder) < 6 and is_language(folder) else lang,
        "title": _first_heading(body) or file.stem.replace("-", " ").capitalize(),
    }


def _first_heading(body: str) -> str:
    first = next((line for line in body.split("\n") if line.strip()), "")
    return first[2:].strip() if first.startswith("# ") else ""


def _without_title(body: str, title: str) -> str:
    """The page shows the title; a first heading that repeats it would show it twice."""
    body = body.strip("\n")
    return body.partition("\n")[2].strip("\n") if _first_heading(body) == title else body


def _checked(values: dict[str, object], at: str) -> Manuscript:
    try:
        return read_manuscript(values)
    except Refused as refused:
        raise Refused(f"{at}: {refused} Nothing was imported.") from refused
