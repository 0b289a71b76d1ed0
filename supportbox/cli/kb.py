"""`supportbox kb` and `supportbox reindex`: articles in, out, and found."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from supportbox import clock
from supportbox.channels.durable import write_all
from supportbox.cli.instance import open_core
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.kb.exporter import export_articles
from supportbox.kb.importer import read_articles, store_articles
from supportbox.kb.searcher import Found, Progress, Searcher
from supportbox.kb.slug import is_language
from supportbox.kb.writing import Writer
from supportbox.people.business import load_business
from supportbox.search.opening import get_searcher
from supportbox.search.refresh import refresh
from supportbox.search.refresh import reindex as build_again
from supportbox.store import db, transaction

MOST = 100


@click.group()
def kb() -> None:
    """Import, export and search articles."""


@kb.command("import")
@click.argument("path", type=click.Path(path_type=Path))
def import_(path: Path) -> None:
    """Import articles from a file of JSON lines, a folder of Markdown files or a WordPress export (.xml): all or none.

    An article that is there already, by language and slug, is brought up to date. When this returns, they can be found.
    """
    with _open() as searcher:
        pictures: dict[str, Path] = {}
        articles = read_articles(path, lang=load_business(db.session()).language, pictures=pictures)
        for name, source in pictures.items():
            write_all(_pictures(), {name: source.read_bytes()})
        storing = _bar(len(articles), "Storing ")
        with storing as progress, transaction() as session, Writer(session, record, clock.now()) as writer:
            counts = store_articles(writer, articles, progress=progress)
        with _bar(len(articles)) as progress:
            refresh(searcher, progress=progress)
    click.echo(
        f"{len(articles)} articles: {counts['new']} new, {counts['changed']} changed, {counts['same']} as before."
    )


@kb.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
def export(folder: Path) -> None:
    """Export all articles as Markdown files with front matter, a folder a language."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file; name a folder to export to.")
    with open_core():
        count = export_articles(db.session(), folder, _pictures())
    click.echo(f"{count} articles are in {folder}.")


@kb.command()
@click.argument("query", required=False)
@click.option("--lang", help="Language of the articles; the desk's own where nothing is said.")
@click.option("--limit", type=click.IntRange(1, MOST), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--jsonl", is_flag=True, help='Read {"query", "lang", "limit"} a line, print an answer a line.')
def search(query: str | None, lang: str | None, limit: int, as_json: bool, jsonl: bool) -> None:
    """Search the public articles."""
    if (query is None) != jsonl:
        raise click.UsageError("Give a QUERY, or --jsonl to read queries from standard input.")
    with _open() as searcher:
        lang = lang or load_business(db.session()).language
        if jsonl:
            for line in _answers(searcher, sys.stdin, lang, limit):
                click.echo(line)
                sys.stdout.flush()
            return
        found = searcher.search(query or "", lang, limit)
    if as_json:
        click.echo(json.dumps(_answer(query or "", found), ensure_ascii=False))
    else:
        _print(found)


@click.command()
def reindex() -> None:
    """Build the search index again from the database."""
    with _open() as searcher, _bar(0) as progress:
        count = build_again(searcher, progress=progress)
    click.echo(f"The index holds {count} articles.")


@contextmanager
def _open() -> Iterator[Searcher]:
    """The instance's searcher, its files let go of at the end."""
    with open_core():
        searcher = get_searcher()
        try:
            yield searcher
        finally:
            searcher.close()


def _pictures() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.files / "help"


def _answers(searcher: Searcher, lines: Iterable[str], lang: str, limit: int) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            query, wanted = asked["query"], asked.get("lang") or lang
            most = min(MOST, max(1, int(asked.get("limit") or limit)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Refused(f'Line {number} is no question such as {{"query": "refund", "lang": "en"}}.') from None
        if not isinstance(query, str) or not isinstance(wanted, str) or not is_language(wanted):
            raise Refused(f"Line {number}: the query must be text, and lang a code such as en.")
        yield json.dumps(_answer(query, searcher.search(query, wanted, most)), ensure_ascii=False)


def _answer(query: str, found: Found) -> dict[str, object]:
    return {
        "query": query,
        "ms": round(found.ms, 3),
        "results": [
            {"slug": hit.slug, "title": hit.title, "score": round(hit.score, 4), "excerpt": hit.plain_excerpt}
            for hit in found.hits
        ],
        "did_you_mean": found.did_you_mean,
    }


def _print(found: Found) -> None:
    if found.did_you_mean:
        click.echo(f"Searched for: {found.did_you_mean}")
    for hit in found.hits:
        click.echo(f"{hit.title}\n  {hit.slug}  {hit.plain_excerpt[:160]}")
    if not found.hits:
        click.echo("Nothing found.")


@contextmanager
def _bar(length: int, label: str = "Indexing") -> Iterator[Progress]:
    """A bar on standard error, where somebody looks at it."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(range(length), label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
