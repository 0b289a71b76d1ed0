"""`supportbox customer`: a zip, an erasure, and one sentence when there is nobody."""

import zipfile
from pathlib import Path

from tests.cli.conftest import Shell


def test_export_then_erase_then_nobody(stocked: Shell, tmp_path: Path) -> None:
    target = tmp_path / "cleo.zip"
    assert "2 tickets" in stocked.says("customer", "export", "Cleo@example.org", str(target))
    with zipfile.ZipFile(target) as archive:
        assert "It broke." in archive.read("tickets.json").decode()
    assert "Erased: 2 tickets" in stocked.says("customer", "erase", "cleo@example.org", "--yes")
    nobody = "There is nobody of this address."
    again = tmp_path / "again.zip"
    assert stocked.refusal("customer", "export", "cleo@example.org", str(again)) == nobody
    assert stocked.refusal("customer", "erase", "cleo@example.org", "--yes") == nobody
    assert not again.exists()
    exported = stocked.says("ticket", "export", "--jsonl")
    assert exported.count("\n") == 2 and "It broke." not in exported and "cleo@" not in exported
    assert b"broke" not in b"".join(path.read_bytes() for path in stocked.instance.glob("supportbox.db*"))


def test_it_asks_first(stocked: Shell) -> None:
    result = stocked.run("customer", "erase", "cleo@example.org", typed="n\n")
    assert result.exit_code == 1 and "Erase Cleo: 2 tickets" in result.stderr
    assert "It broke." in stocked.says("ticket", "export", "--jsonl")


def test_a_place_that_cannot_be_written(stocked: Shell, tmp_path: Path) -> None:
    said = stocked.refusal("customer", "export", "cleo@example.org", str(tmp_path / "none" / "cleo.zip"))
    assert said.startswith("The export could not be written")
