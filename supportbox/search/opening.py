"""Opening the search engine of this installation, once a process."""

from collections.abc import Iterator

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from supportbox.config import Settings
from supportbox.kb.entries import all_entries
from supportbox.kb.searcher import Entry, Searcher
from supportbox.kb.synonyms import load_rules
from supportbox.store import db


def open_searcher(settings: Settings, engine: Engine) -> Searcher:
    """The engine on the instance's index folder; what it has lost it reads again from the database."""

    def source() -> Iterator[Entry]:
        with Session(engine) as session:
            yield from all_entries(session)

    def synonyms() -> list[str]:
        with Session(engine) as session:
            return load_rules(session)

    if settings.search_engine == "fts5":
        from supportbox.search.fts5_engine import Fts5Searcher

        return Fts5Searcher(settings.index, source, synonyms)
    from supportbox.search.whoosh_engine import WhooshSearcher

    return WhooshSearcher(settings.index, source, synonyms)


def get_searcher() -> Searcher:
    """The searcher of the current application, opened when it is first asked for."""
    found: Searcher | None = current_app.extensions.get("searcher")
    if found is None:
        found = current_app.extensions["searcher"] = open_searcher(current_app.extensions["settings"], db.engine)
    return found
