"""An engine of each kind, filled with the small help centre."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportbox.kb.searcher import Entry, Searcher
from supportbox.search.fts5_engine import Fts5Searcher
from supportbox.search.whoosh_engine import WhooshSearcher
from tests.search.corpus import entries

Opener = Callable[[], Searcher]

ENGINES: dict[str, Callable[[Path, Callable[[], list[Entry]]], Searcher]] = {
    "fts5": Fts5Searcher,
    "whoosh": WhooshSearcher,
}


@pytest.fixture(params=sorted(ENGINES))
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same index again and again, as several processes do."""
    opened: list[Searcher] = []

    def opener() -> Searcher:
        opened.append(ENGINES[request.param](tmp_path / "index", entries))
        return opened[-1]

    yield opener
    for searcher in opened:
        searcher.close()


@pytest.fixture
def engine(open_engine: Opener) -> Searcher:
    """One engine that holds the small help centre."""
    searcher = open_engine()
    searcher.rebuild(entries())
    return searcher
