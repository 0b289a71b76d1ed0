"""Restoring a backup into an empty instance, which then starts with sending off."""

import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from supportbox.backup.make import FORMAT
from supportbox.backup.sealed import Unsealer, is_sealed
from supportbox.errors import Refused

# What a backup may hold; a file of another name is not unpacked but refused, wherever it points.
_NAME = re.compile(
    r"manifest\.json|secret\.key|config\.toml|supportbox\.db|(?:files|raw)(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+"
)
NEEDED = {"manifest.json", "secret.key", "supportbox.db"}
# Left in place: what comes with a fresh checkout, and the demo's own world.
IGNORED = {".keep", "demo", "lost+found"}
# Where a backup is unpacked; while it is there and the database is not, a restore has not come to its end.
WORK = ".restoring"
NEWER = "This backup was made by a newer SupportBox. Install that version, then restore."
DAMAGED = "This backup is damaged or was cut short: {}. Nothing was restored."


def restore(
    source: Path,
    instance: Path,
    *,
    newest: str,
    passphrase: str | None = None,
    hand_over: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """Unpack a backup into an empty instance folder; returns its manifest. Nothing is left behind when it fails.

    `newest` is the last revision of the database that this SupportBox understands. `hand_over` puts what is in the
    database's file elsewhere, where an instance keeps its database elsewhere.
    """
    _clear_half_restored(instance)
    _refuse_existing(instance)
    was_there = instance.exists()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    work = instance / WORK
    work.mkdir(mode=0o700)
    try:
        names = _unpack(source, work, passphrase)
        if missing := NEEDED - names:
            raise Refused(f"This is no SupportBox backup: it has no {sorted(missing)[0]}.")
        manifest = _manifest(work / "manifest.json")
        manifest["revision"] = _quiet(work / "supportbox.db", newest)
        if hand_over:
            hand_over(work / "supportbox.db")
            (work / "supportbox.db").unlink()
        _move(work, instance)
    except BaseException:
        shutil.rmtree(instance if not was_there else work, ignore_errors=True)
        raise
    work.rmdir()
    return manifest


def _clear_half_restored(instance: Path) -> None:
    """Remove what a restore left that was killed: it began in an empty folder, so all of it came from a backup."""
    if not (instance / WORK).exists() or (instance / "supportbox.db").exists():
        return
    for path in instance.iterdir():
        if path.name in IGNORED:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _refuse_existing(instance: Path) -> None:
    if not instance.exists():
        return
    for path in instance.iterdir():
        is_empty = path.is_dir() and not any(path.iterdir())
        if path.name not in IGNORED and not is_empty:
            raise Refused(f"{instance} is not empty ({path.name}), and a backup is never restored over anything.")


def _unpack(source: Path, work: Path, passphrase: str | None) -> set[str]:
    names = set()
    try:
        with _opened(source, passphrase) as (tar, packed):
            for member in tar:
                if not member.isreg() or not _NAME.fullmatch(member.name):
                    raise Refused(f"This is no SupportBox backup: {member.name!r} has no place in one.")
                _write(work / member.name, tar.extractfile(member))
                names.add(member.name)
            # Reading to the very end is what checks the checksum.
            while packed.read(1 << 20):
                pass
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise Refused(DAMAGED.format(error)) from error
    return names


@contextmanager
def _opened(source: Path, passphrase: str | None) -> Iterator[tuple[tarfile.TarFile, gzip.GzipFile]]:
    try:
        file = source.open("rb")
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error.strerror}.") from error
    with (
        file,
        gzip.GzipFile(fileobj=cast(IO[bytes], _plain(file, passphrase)), mode="rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as tar,
    ):
        yield tar, packed


def _plain(file: BinaryIO, passphrase: str | None) -> BinaryIO:
    if not is_sealed(file):
        return file
    if not passphrase:
        raise Refused("This backup is encrypted: give its passphrase with --passphrase-file.")
    return cast(BinaryIO, io.BufferedReader(Unsealer(file, passphrase)))


def _write(path: Path, content: IO[bytes] | None) -> None:
    if content is None:
        raise Refused(DAMAGED.format(f"{path.name} has no content"))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Refused(DAMAGED.format("its manifest is not readable")) from error
    if manifest.get("format") != FORMAT:
        raise Refused(NEWER)
    return manifest


def _quiet(database: Path, newest: str) -> str:
    """Check the database, switch sending off, and hold back what was on its way: the first desk may have sent it.

    Returns the database's revision.
    """
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            if found != "ok" or orphan:
                reason = found if found != "ok" else f"a row of {orphan[0]} lost what it points to"
                raise Refused(DAMAGED.format(reason))
            revision: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            if revision > newest:
                raise Refused(NEWER)
            with connection:
                connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('is_sending', 'false')")
                connection.execute(
                    "UPDATE delivery SET state = 'uncertain', last_error = ? WHERE state IN ('queued', 'sending')",
                    ("Restored from a backup: the desk that made it may have sent this already.",),
                )
                for table in ("agent_session", "password_reset"):
                    # Whoever reads the backup has no way in by what was open then; databases of before have none.
                    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of the two names above
                # The worker that held it is not this desk's: nobody need wait for it.
                if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'lease'").fetchone():
                    connection.execute("DELETE FROM lease")
    except sqlite3.Error as error:
        raise Refused(DAMAGED.format(error)) from error
    return revision


def _move(work: Path, instance: Path) -> None:
    """The database last: an instance exists once it is there."""
    (work / "manifest.json").unlink()
    for path in sorted(work.iterdir(), key=lambda path: path.name == "supportbox.db"):
        target = instance / path.name
        if target.is_dir():
            target.rmdir()
        path.rename(target)
    for name in ("files", "raw", "index"):
        (instance / name).mkdir(mode=0o700, exist_ok=True)
