"""`supportbox backup` and `restore`: everything in one file and back, and nothing of it sent twice."""

import io
import json
import os
import random
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from supportbox.inbox.delivery import Delivery
from tests.cli.conftest import Shell
from tests.conftest import NOW


@pytest.fixture
def full(stocked: Shell) -> Shell:
    """An instance with files, letters, settings of its own, and answers on their way."""
    shell = stocked
    for name, content in (
        ("files/ab/cdef", b"a picture"),
        ("raw/1/7.eml", b"Subject: hello\r\n\r\n"),
        ("index/x", b""),
    ):
        path = shell.instance / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (shell.instance / "config.toml").write_text("threads = 2\n")
    engine = create_engine(f"sqlite:///{shell.instance / 'supportbox.db'}")
    with Session(engine) as session, session.begin():
        for state in ("queued", "sending", "sent", "failed"):
            session.add(Delivery(ticket_id=1001, receiver="cleo@example.org", state=state, due_at=NOW, created_at=NOW))
    engine.dispose()
    return shell


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "second")


def test_what_is_restored_is_what_was_there(full: Shell, empty: Shell, tmp_path: Path) -> None:
    file = tmp_path / "desk.tar.gz"
    result = full.run("backup", str(file))
    assert (result.exit_code, "not encrypted" in result.stderr) == (0, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    empty.says("restore", str(file))
    for name in ("files/ab/cdef", "raw/1/7.eml", "config.toml", "secret.key"):
        assert (empty.instance / name).read_bytes() == (full.instance / name).read_bytes()
    assert json.loads(empty.says("agent", "list", "--json")) == json.loads(full.says("agent", "list", "--json"))
    for path in (empty.instance, *empty.instance.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (empty.instance / "index" / "x").exists()


def test_a_restored_desk_sends_nothing_by_itself(full: Shell, empty: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"))
    empty.says("restore", str(tmp_path / "saved"))
    assert _read(empty, "SELECT value FROM setting WHERE key = 'is_sending'") == [("false",)]
    states = [state for (state,) in _read(empty, "SELECT state FROM delivery ORDER BY id")]
    assert states == ["sent", "uncertain", "uncertain", "uncertain", "sent", "failed"]
    assert "Sending is off" in empty.says("doctor")
    assert _read(full, "SELECT count(*) FROM setting WHERE key = 'is_sending'") == [(0,)]


def test_the_key_is_in_it_even_if_it_lives_in_the_environment(full: Shell, empty: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"), SUPPORTBOX_SECRET_KEY="from outside")
    empty.says("restore", str(tmp_path / "saved"))
    assert (empty.instance / "secret.key").read_text() == "from outside\n"


def test_another_key_in_the_environment_is_pointed_out(full: Shell, empty: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"))
    result = empty.run("restore", str(tmp_path / "saved"), SUPPORTBOX_SECRET_KEY="another")
    assert result.exit_code == 0
    assert "is not the backup's key" in result.stderr


@pytest.mark.parametrize("revision", ["0000", "0999"])
def test_a_backup_of_another_version_is_told_apart(revision: str, full: Shell, empty: Shell, tmp_path: Path) -> None:
    with closing(sqlite3.connect(full.instance / "supportbox.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    full.says("backup", str(tmp_path / "saved"))
    if revision == "0999":
        assert "made by a newer SupportBox" in empty.refusal("restore", str(tmp_path / "saved"))
        assert not empty.instance.exists()
    else:
        assert "Run first: supportbox upgrade" in empty.says("restore", str(tmp_path / "saved"))


def test_with_a_passphrase_nothing_can_be_read_without_it(full: Shell, empty: Shell, tmp_path: Path) -> None:
    file, right, wrong = tmp_path / "desk.sealed", tmp_path / "right", tmp_path / "wrong"
    right.write_text("correct horse\n")
    wrong.write_text("incorrect horse\n")
    result = full.run("backup", str(file), "--passphrase-file", str(right))
    assert (result.exit_code, result.stderr) == (0, "")
    assert b"secret.key" not in file.read_bytes()
    assert "give its passphrase" in empty.refusal("restore", str(file))
    assert "passphrase is wrong" in empty.refusal("restore", str(file), "--passphrase-file", str(wrong))
    assert not empty.instance.exists()
    empty.says("restore", str(file), "--passphrase-file", str(right))
    assert (empty.instance / "files/ab/cdef").read_bytes() == b"a picture"


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plain", "sealed"])
def test_a_backup_that_was_cut_or_damaged_is_refused_whole(
    is_sealed: bool, full: Shell, empty: Shell, tmp_path: Path
) -> None:
    (full.instance / "files/ab/big").write_bytes(random.Random(1).randbytes(3_000_000))
    file, phrase = tmp_path / "saved", tmp_path / "phrase"
    phrase.write_text("correct horse\n")
    options = ["--passphrase-file", str(phrase)] if is_sealed else []
    full.says("backup", str(file), *options)
    whole = file.read_bytes()
    places = [len(whole) * part // 4 for part in range(1, 4)]
    broken = [whole[:place] for place in (*places, len(whole) - 1)]
    broken += [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in places]
    for content in broken:
        file.write_bytes(content)
        assert "damaged" in empty.refusal("restore", str(file), *options)
        assert not empty.instance.exists()


def test_an_instance_is_never_restored_over(full: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"))
    before = (full.instance / "supportbox.db").read_bytes()
    assert "is not empty" in full.refusal("restore", str(tmp_path / "saved"))
    assert (full.instance / "supportbox.db").read_bytes() == before


def test_an_empty_folder_is_no_instance_yet(full: Shell, empty: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"))
    for name in ("files", "raw", "demo"):
        (empty.instance / name).mkdir(parents=True)
    (empty.instance / ".keep").touch()
    (empty.instance / "demo" / "supportbox.db").touch()
    empty.says("restore", str(tmp_path / "saved"))
    assert "ada@" in empty.says("agent", "list")


def test_a_restore_that_was_killed_can_be_done_again(full: Shell, empty: Shell, tmp_path: Path) -> None:
    full.says("backup", str(tmp_path / "saved"))
    (empty.instance / ".restoring").mkdir(parents=True)
    (empty.instance / ".restoring" / "supportbox.db").write_bytes(b"half")
    (empty.instance / "files").mkdir()
    (empty.instance / "files" / "moved").touch()
    (empty.instance / "secret.key").write_text("moved already\n")
    empty.says("restore", str(tmp_path / "saved"))
    assert {path.name for path in empty.instance.iterdir()} == {
        "config.toml", "files", "index", "raw", "secret.key", "supportbox.db",
    }  # fmt: skip
    assert not (empty.instance / "files" / "moved").exists()


@pytest.mark.parametrize("name", ["../out", "/etc/out", "files/../../out", "files/.out", "other", "raw//out"])
def test_a_name_that_points_elsewhere_is_refused(name: str, empty: Shell, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "saved", "w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.size = 3
        tar.addfile(info, io.BytesIO(b"bad"))
    assert "has no place in one" in empty.refusal("restore", str(tmp_path / "saved"))
    assert {path.name for path in tmp_path.rglob("*")} == {"saved"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_links_and_their_like_are_refused(kind: bytes, empty: Shell, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "saved", "w:gz") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    assert "has no place in one" in empty.refusal("restore", str(tmp_path / "saved"))


def test_a_file_that_is_no_backup_is_neither_read_nor_replaced(full: Shell, empty: Shell, tmp_path: Path) -> None:
    database = full.instance / "supportbox.db"
    before = database.read_bytes()
    assert "exists and is no backup" in full.refusal("backup", str(database))
    assert database.read_bytes() == before
    assert "damaged or was cut short" in empty.refusal("restore", str(database))


def test_an_older_backup_is_replaced(full: Shell, tmp_path: Path) -> None:
    for _ in range(2):
        full.says("backup", str(tmp_path / "saved"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("saved.")] == []


def test_a_backup_needs_a_folder_to_go_to(full: Shell, tmp_path: Path) -> None:
    assert "There is no folder" in full.refusal("backup", str(tmp_path / "nowhere" / "desk"))
    assert "is a folder" in full.refusal("backup", str(tmp_path))


def test_a_passphrase_has_to_be_one(full: Shell, tmp_path: Path) -> None:
    (tmp_path / "phrase").write_text("\n")
    command = ("backup", str(tmp_path / "saved"), "--passphrase-file")
    assert "is empty" in full.refusal(*command, str(tmp_path / "phrase"))
    assert "cannot be read" in full.refusal(*command, str(tmp_path / "none"))


def test_backups_of_a_busy_desk_hold_every_file_that_they_name(full: Shell, tmp_path: Path) -> None:
    """Somebody keeps files and then rows that name them, as an intake does, while backups are taken."""
    done = threading.Event()
    writer = threading.Thread(target=_keep_busy, args=(full, done))
    writer.start()
    try:
        for number in range(5):
            full.says("backup", str(tmp_path / f"{number}.tar.gz"))
    finally:
        done.set()
        writer.join()
    named = 0
    for number in range(5):
        desk = Shell(tmp_path / f"desk{number}")
        desk.says("restore", str(tmp_path / f"{number}.tar.gz"))
        tokens = [name for (name,) in _read(desk, "SELECT name FROM tag WHERE name LIKE 'busy-%'")]
        named = max(named, len(tokens))
        assert all((desk.instance / "files" / token).read_text() == token for token in tokens)
    assert named > 0


def _keep_busy(shell: Shell, done: threading.Event) -> None:
    with closing(sqlite3.connect(shell.instance / "supportbox.db", timeout=10, isolation_level=None)) as database:
        while not done.is_set():
            token = f"busy-{os.urandom(8).hex()}"
            (shell.instance / "files" / token).write_text(token)
            database.execute("INSERT INTO tag (name) VALUES (?)", (token,))


def _read(shell: Shell, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(shell.instance / "supportbox.db")) as database:
        return database.execute(query).fetchall()
