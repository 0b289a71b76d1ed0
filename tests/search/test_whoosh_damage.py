"""The Whoosh index is disposable: whatever happens to its files, answers go on and come right again."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportbox.errors import Conflict
from supportbox.search import whoosh_desks
from supportbox.search.manifest import Damaged, read_manifest
from supportbox.search.whoosh_engine import WhooshSearcher
from supportbox.search.writer_lock import locked
from tests.search.corpus import entries, made_up

Opened = Callable[[], WhooshSearcher]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def opened(root: Path) -> Iterator[Opened]:
    """Opens the index as another process would."""
    searchers: list[WhooshSearcher] = []

    def opener() -> WhooshSearcher:
        searchers.append(WhooshSearcher(root, entries, lambda: ["passcode, password"]))
        return searchers[-1]

    yield opener
    for searcher in searchers:
        searcher.close()


@pytest.fixture
def searcher(opened: Opened) -> WhooshSearcher:
    searcher = opened()
    searcher.rebuild(entries())
    return searcher


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x10
    path.write_bytes(data)


def segment(root: Path, lang: str = "en") -> Path:
    part = read_manifest(root).parts[lang]
    return next(root / part.folder / name for name in part.files if name.endswith(".seg"))


def is_right(searcher: WhooshSearcher) -> bool:
    found = searcher.search("damaged on arrival", "en")
    return not found.is_partial and found.hits[0].slug == "return-item"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 0.85, 0.999])
def test_a_flipped_bit_is_noticed_while_the_index_is_open(root: Path, searcher: WhooshSearcher, share: float) -> None:
    assert is_right(searcher)
    path = segment(root)
    flip(path, int(path.stat().st_size * share))
    time.sleep(whoosh_desks.LOOK_EVERY * 1.2)
    found = searcher.search("reset password", "en")
    assert found.is_partial
    assert found.hits[0].slug == "reset-password"
    assert searcher.heal()
    assert is_right(searcher)


@pytest.mark.parametrize("victim", ["manifest", "segment", "toc", "folder", "everything"])
def test_deleted_files_are_built_again(opened: Opened, root: Path, searcher: WhooshSearcher, victim: str) -> None:
    part = read_manifest(root).parts["en"]
    if victim == "manifest":
        (root / "current.json").unlink()
    elif victim == "folder":
        shutil.rmtree(root / part.folder)
    elif victim == "everything":
        shutil.rmtree(root)
    else:
        suffix = ".seg" if victim == "segment" else ".toc"
        next(root / part.folder / name for name in part.files if name.endswith(suffix)).unlink()
    reader = opened()
    assert reader.search("reset password", "en").hits[0].slug == "reset-password"
    assert reader.needs_rebuild()
    assert opened().heal()
    time.sleep(whoosh_desks.LOOK_EVERY * 1.2)
    assert is_right(reader)


@pytest.mark.parametrize("text", ["", "{}", "0\n{}", "nonsense", "12\n" + json.dumps({"version": 0})])
def test_a_broken_manifest_is_no_manifest(root: Path, searcher: WhooshSearcher, text: str) -> None:
    (root / "current.json").write_text(text)
    with pytest.raises(Damaged):
        read_manifest(root)
    assert searcher.heal()
    assert is_right(searcher)


def test_a_file_cut_short_under_an_open_index_does_no_harm(root: Path, searcher: WhooshSearcher) -> None:
    assert is_right(searcher)
    segment(root).write_bytes(b"")
    for query in ("refund", "parcel", "invoice", "subscription"):
        assert searcher.search(query, "en").hits
    assert searcher.heal()
    assert is_right(searcher)


def test_put_on_a_damaged_index_builds_it_from_the_database(root: Path, searcher: WhooshSearcher) -> None:
    flip(segment(root), 200)
    searcher.put(entries()[:1])
    assert is_right(searcher)
    assert not searcher.needs_rebuild()


def test_what_changed_without_a_trace_is_found_by_reading_every_byte(
    opened: Opened, root: Path, searcher: WhooshSearcher
) -> None:
    path = segment(root)
    flip(path, 300)
    assert opened().needs_rebuild()


def test_synonyms_come_back_from_the_database(root: Path, searcher: WhooshSearcher) -> None:
    shutil.rmtree(root)
    searcher.heal()
    assert searcher.search("passcode", "en").hits[0].slug == "reset-password"


def test_a_second_writer_waits_and_then_gives_a_reason(root: Path, searcher: WhooshSearcher) -> None:
    with locked(root, 0):
        began = time.monotonic()
        with pytest.raises(Conflict, match="Another process"):
            WhooshSearcher(root, entries, patience=0.5).put([made_up(500, "Quokka")])
        assert 0.4 < time.monotonic() - began < 3
        assert is_right(searcher)


def test_two_writers_take_turns(opened: Opened, root: Path, searcher: WhooshSearcher) -> None:
    def write(first: int) -> None:
        other = opened()
        for number in range(first, first + 5):
            other.put([made_up(number, f"Quokka {number}")])

    writers = [threading.Thread(target=write, args=(first,)) for first in (500, 600)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert len(searcher.search("quokka", "en", 20).hits) == 10


def test_leftovers_of_a_killed_writer_are_swept(root: Path, searcher: WhooshSearcher) -> None:
    folder = root / read_manifest(root).parts["en"].folder
    (folder / "_KB_99.toc").write_bytes(b"half")
    (folder / "KB_zzzz.seg").write_bytes(b"half")
    searcher.put([made_up(500, "Quokka")])
    assert searcher.search("quokka", "en").hits[0].id == 500
    assert not (folder / "KB_zzzz.seg").exists()


def test_readers_survive_files_that_come_and_go(opened: Opened, root: Path, searcher: WhooshSearcher) -> None:
    """The short form of the torture run: two readers, a writer, and somebody who breaks files meanwhile."""
    answers: list[bool] = []
    is_over = threading.Event()

    def read() -> None:
        reader = opened()
        while not is_over.is_set():
            found = reader.search("reset password", "en")
            answers.append(bool(found.hits) and found.hits[0].slug == "reset-password")
            time.sleep(0.005)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for number in range(6):
        searcher.put([made_up(500 + number, f"Quokka {number}")])
        flip(segment(root), 400 + 97 * number)
        searcher.heal()
        time.sleep(0.1)
        segment(root).unlink()
        searcher.heal()
    is_over.set()
    for thread in readers:
        thread.join()
    assert answers
    assert all(answers)
    searcher.heal()
    assert is_right(opened())
