"""The FTS5 index is as disposable as Whoosh's."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportbox.errors import Conflict
from supportbox.search.fts5_engine import Fts5Searcher
from supportbox.search.writer_lock import locked
from tests.search.corpus import entries, made_up

Opened = Callable[[], Fts5Searcher]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def opened(root: Path) -> Iterator[Opened]:
    """Opens the index as another process would."""
    searchers: list[Fts5Searcher] = []

    def opener() -> Fts5Searcher:
        searchers.append(Fts5Searcher(root, entries, lambda: ["passcode, password"], patience=0.5))
        return searchers[-1]

    yield opener
    for searcher in searchers:
        searcher.close()


@pytest.fixture
def searcher(opened: Opened) -> Fts5Searcher:
    searcher = opened()
    searcher.rebuild(entries())
    return searcher


def is_right(searcher: Fts5Searcher) -> bool:
    found = searcher.search("damaged on arrival", "en")
    return not found.is_partial and found.hits[0].slug == "return-item"


def flip(path: Path, share: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 0.85, 0.999])
def test_a_flipped_bit_is_noticed_while_the_index_is_open(root: Path, searcher: Fts5Searcher, share: float) -> None:
    assert is_right(searcher)
    flip(root / "fts5.db", share)
    found = searcher.search("reset password", "en")
    assert found.is_partial
    assert found.hits[0].slug == "reset-password"
    assert searcher.heal()
    assert is_right(searcher)


@pytest.mark.parametrize("victim", ["fts5.db", "fts5.sum", "everything"])
def test_deleted_files_are_built_again(opened: Opened, root: Path, searcher: Fts5Searcher, victim: str) -> None:
    assert is_right(searcher)
    if victim == "everything":
        shutil.rmtree(root)
    else:
        (root / victim).unlink()
    reader = opened()
    assert reader.search("reset password", "en").hits[0].slug == "reset-password"
    assert reader.needs_rebuild()
    assert searcher.heal()
    assert is_right(searcher)
    assert is_right(opened())


def test_put_on_a_damaged_index_builds_it_from_the_database(root: Path, searcher: Fts5Searcher) -> None:
    flip(root / "fts5.db", 0.5)
    searcher.put(entries()[:1])
    assert is_right(searcher)
    assert searcher.search("passcode", "en").hits[0].slug == "reset-password"


def test_what_changed_without_a_reader_is_found_by_reading_every_byte(
    root: Path, searcher: Fts5Searcher, opened: Opened
) -> None:
    flip(root / "fts5.db", 0.5)
    assert opened().needs_rebuild()


def test_a_second_writer_waits_and_then_gives_a_reason(root: Path, searcher: Fts5Searcher) -> None:
    with locked(root, 0):
        began = time.monotonic()
        with pytest.raises(Conflict, match="Another process"):
            searcher.put([made_up(500, "Quokka")])
        assert 0.4 < time.monotonic() - began < 3
        assert is_right(searcher)
