"""The worker looks after the search index, whichever engine was chosen."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from supportbox import clock, store
from supportbox.app import create_core
from supportbox.config import Settings, load
from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.kb.importer import store_articles
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.writing import Writer
from supportbox.search.fts5_engine import Fts5Searcher
from supportbox.search.opening import get_searcher
from supportbox.search.whoosh_engine import WhooshSearcher
from supportbox.work.index import index_articles

ENGINES = {"whoosh": WhooshSearcher, "fts5": Fts5Searcher}


@pytest.fixture(params=ENGINES)
def desk(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Flask]:
    app = create_core(replace(settings, search_engine=request.param))
    with app.app_context():
        yield app
        if "searcher" in app.extensions:
            app.extensions["searcher"].close()
        store.db.engine.dispose()


def found(query: str) -> list[str]:
    return [hit.slug for hit in get_searcher().search(query, "en").hits if hit.score > 0]


def import_one() -> None:
    article = Manuscript(slug="return-an-item", lang="en", title="Return an item", body="Pack the teapot well.")
    with store.transaction() as session:
        store_articles(Writer(session, record, now=clock.now()), [article])


def test_the_chosen_engine_is_the_one_that_answers(desk: Flask) -> None:
    assert isinstance(get_searcher(), ENGINES[desk.extensions["settings"].search_engine])


def test_the_round_makes_articles_findable_and_heals_a_lost_index(desk: Flask) -> None:
    import_one()
    index_articles(store.db.session())
    assert found("teapot") == ["return-an-item"]
    desk.extensions.pop("searcher").close()
    shutil.rmtree(desk.extensions["settings"].index)
    index_articles(store.db.session())
    assert found("teapot") == ["return-an-item"]


def test_the_round_heals_what_readers_found_damaged(desk: Flask) -> None:
    import_one()
    index_articles(store.db.session())
    desk.extensions.pop("searcher").close()
    folder: Path = desk.extensions["settings"].index
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_size > 200:
            file.write_bytes(b"no index at all" * 100)
    found("teapot")
    index_articles(store.db.session())
    assert found("teapot") == ["return-an-item"]


def test_an_unknown_engine_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="search_engine must be one of whoosh, fts5"):
        load({"SUPPORTBOX_SEARCH_ENGINE": "sphinx"}, instance=tmp_path)
