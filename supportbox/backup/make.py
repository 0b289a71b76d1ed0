"""Making a backup: the database first, then the files that it names, so that none can be missing."""

import gzip
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

from supportbox import __version__
from supportbox.backup.sealed import MAGIC, Sealer
from supportbox.config import Settings
from supportbox.errors import Refused

FORMAT = 1
FOLDERS = ("files", "raw")
GZIP = b"\x1f\x8b"


def back_up(settings: Settings, database: Path, target: Path, *, now: datetime, passphrase: str | None = None) -> int:
    """Put a whole instance into one file, readable by its owner alone; returns its size.

    Safe while the instance is in use: SQLite copies one consistent state, and what it names was on disk before.
    """
    _refuse_stranger(target)
    part = target.with_name(f"{target.name}.part")
    copy = target.with_name(f"{target.name}.db.part")
    try:
        copy_database(database, copy)
        with _private(part) as file:
            with _packed(file, passphrase) as tar:
                _fill(tar, settings, copy, now)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise Refused(f"The backup could not be written to {target}: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    return target.stat().st_size


def copy_database(database: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that others may be writing to, checked."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # All pages in one go: copying bit by bit would begin again with every letter that comes in meanwhile.
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise Refused(f"The database could not be copied: {error}.") from error
    if found != "ok":
        raise Refused(f"The database is damaged ({found}): keep your older backups, and see: supportbox doctor")


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file


@contextmanager
def _packed(file: BinaryIO, passphrase: str | None) -> Iterator[tarfile.TarFile]:
    """Without a passphrase it is an ordinary .tar.gz that can be read without SupportBox."""
    sealer = Sealer(file, passphrase) if passphrase else None
    out = cast(IO[bytes], sealer or file)
    # Letters are mostly base64: a higher level costs much time and saves little.
    with (
        gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield tar
    if sealer:
        sealer.finish()


def _fill(tar: tarfile.TarFile, settings: Settings, copy: Path, now: datetime) -> None:
    manifest = {"format": FORMAT, "version": __version__, "made_at": now.isoformat()}
    _add_bytes(tar, "manifest.json", json.dumps(manifest).encode(), now)
    # The key may live in the environment; without it the mailboxes' passwords could not be opened again.
    _add_bytes(tar, "secret.key", settings.secret_key.encode() + b"\n", now)
    config = settings.instance / "config.toml"
    if config.exists():
        _add_bytes(tar, "config.toml", config.read_bytes(), now)
    _add_file(tar, "supportbox.db", copy)
    for folder in FOLDERS:
        for path in sorted((settings.instance / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                _add_file(tar, path.relative_to(settings.instance).as_posix(), path)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, now: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), 0o600, int(now.timestamp())
    tar.addfile(info, io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return  # erased since the folder was read
    with file:
        info = tarfile.TarInfo(name)
        state = os.fstat(file.fileno())
        info.size, info.mode, info.mtime = state.st_size, 0o600, int(state.st_mtime)
        tar.addfile(info, file)


def _refuse_stranger(target: Path) -> None:
    """An older backup may be replaced; anything else, such as a database, was named by mistake."""
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent} to write the backup to.")
    if target.is_dir():
        raise Refused(f"{target} is a folder: name the file that the backup is to become.")
    if target.exists():
        with target.open("rb") as file:
            start = file.read(len(MAGIC))
        if start and start != MAGIC and not start.startswith(GZIP):
            raise Refused(f"{target} exists and is no backup. It was left as it is.")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
