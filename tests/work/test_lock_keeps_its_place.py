"""The lock's file names its place for ever, whoever had it last and however they died."""

from pathlib import Path

import pytest

from supportbox.work.lock import only_worker


def test_place_stays_the_same(tmp_path: Path) -> None:
    with only_worker(tmp_path) as first:
        assert len(first) == 16
    with only_worker(tmp_path) as second:
        assert second == first


@pytest.mark.parametrize("left", ["123456\nhere\n", "7\nhere\nere\n", "7\nhere"])
def test_place_outlives_a_kill_in_the_middle_of_writing(tmp_path: Path, left: str) -> None:
    (tmp_path / "worker.lock").write_text(left)
    with only_worker(tmp_path) as place:
        assert place == "here"
    assert (tmp_path / "worker.lock").read_text().endswith("\nhere\n")
