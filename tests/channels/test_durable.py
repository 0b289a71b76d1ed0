"""Files are whole under their names or not there at all."""

from pathlib import Path

import pytest

from supportbox.channels.durable import write_all
from supportbox.channels.files import keep_files, path_of
from supportbox.mail.letter import Enclosure


def test_every_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    write_all(tmp_path / "raw", {"1/2/3.eml": b"one", "1/2/4.eml": b"", "1/9/5.eml": b"x" * 3_000_000})
    assert (tmp_path / "raw/1/2/3.eml").read_bytes() == b"one"
    assert (tmp_path / "raw/1/2/4.eml").read_bytes() == b""
    assert (tmp_path / "raw/1/9/5.eml").stat().st_size == 3_000_000
    for path in (tmp_path / "raw").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.rglob("*.part"))


def test_writing_again_replaces(tmp_path: Path) -> None:
    write_all(tmp_path, {"a.eml": b"a longer first try"})
    write_all(tmp_path, {"a.eml": b"second"})
    assert (tmp_path / "a.eml").read_bytes() == b"second"


def test_a_folder_that_cannot_be_made_is_no_silence(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"in the way")
    with pytest.raises(OSError, match="1"):
        write_all(tmp_path, {"1/2/a.eml": b"a"})


def test_names_of_files_never_become_paths(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "a\x00b", "", ".htaccess", "con", "é" * 300]
    files = keep_files(tmp_path, [Enclosure(name, "text/plain", name.encode()) for name in names])
    assert [(tmp_path / path_of(file.token)).read_bytes().decode() for file in files] == names
    assert all(len(file.token) == 32 and set(file.token) <= set("0123456789abcdef") for file in files)
    assert len({file.token for file in files}) == len(names)
    assert len(list(tmp_path.rglob("*"))) == len(names) + 1
