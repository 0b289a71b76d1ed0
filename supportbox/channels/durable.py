"""Files that survive a power cut: written aside, synced, given their names, and the names synced too."""

import os
from collections.abc import Mapping
from pathlib import Path

UNFINISHED = ".part"  # the end of a name until its file is whole


def write_all(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write each content to its path below `root`; on return all of them are on the disk, for their owner alone."""
    folders = {os.path.dirname(path) for path in contents}  # noqa: PTH120 - a hot path: strings cost a tenth of a Path
    for folder in folders:
        _make_folder(root, folder)
    for path, content in contents.items():
        _write_synced(f"{root}/{path}{UNFINISHED}", content)
    for path in contents:
        os.rename(f"{root}/{path}{UNFINISHED}", f"{root}/{path}")  # noqa: PTH104 - as above
    for folder in folders:
        _sync_folder(root / folder)


def _make_folder(root: Path, folder: str) -> None:
    """Make a folder and those above it, each for its owner alone and each name synced."""
    missing = []
    path = root / folder
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for new in reversed(missing):
        new.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(new.parent)


def _write_synced(path: str, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(number, view) :]
        os.fsync(number)
    finally:
        os.close(number)


def _sync_folder(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
