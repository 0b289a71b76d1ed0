"""Which files make up the index, and their check sums: one small file, replaced in one step, is what readers trust."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

VERSION = 1
"""Goes up whenever words, weights or columns change: an older index is then built again."""
FILE = "current.json"
DAMAGED = "damaged"

Print = tuple[int, int, int]
"""Inode, size and time of change: differs as soon as anybody touches the file."""


class Damaged(Exception):
    """The index is missing, incomplete or changed by another hand."""


class BeingBuilt(Damaged):
    """The index is known to be out of order; there is nothing new to tell."""


class Reading:
    """`with Reading():` whatever goes wrong inside while data are read and decoded, is damage."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, Damaged):
            raise Damaged(repr(error)) from error


@dataclass(frozen=True)
class Part:
    """One language: its folder, Whoosh's generation in it, and check sum and size of each file."""

    folder: str
    generation: int
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """The whole index at one moment."""

    generation: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    version: int = VERSION


def read_manifest(root: Path) -> Manifest:
    """The manifest of this index folder; `Damaged` when there is none that can be used."""
    try:
        total, _, text = (root / FILE).read_text("utf-8").partition("\n")
        if int(total) != crc32(text.encode()):
            raise Damaged("the manifest has changed")
        told = json.loads(text)
        if told["version"] != VERSION:
            raise Damaged("made by another version")
        parts = {lang: _read_part(part) for lang, part in told["parts"].items()}
        return Manifest(int(told["generation"]), parts, tuple(map(str, told["rules"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(str(error)) from error


def _read_part(told: dict[str, Any]) -> Part:
    files = {name: (size, total) for name, (size, total) in told["files"].items()}
    return Part(told["folder"], told["generation"], files)


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Replace the manifest; from now on readers see the files it names."""
    new = root / (FILE + ".new")
    text = json.dumps(asdict(manifest))
    new.write_text(f"{crc32(text.encode())}\n{text}", "utf-8")
    new.replace(root / FILE)
    (root / DAMAGED).unlink(missing_ok=True)


def flag_damage(root: Path) -> None:
    """Tell the process that may write that this index needs it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / DAMAGED).touch()
    except OSError:
        return  # a full or read-only disk must not stop answers


def print_of(path: Path) -> Print | None:
    """What tells an untouched file from a touched one, without reading it."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - once for every file in every search: `Path.stat` costs twice as much
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def sum_up(folder: Path, names: list[str]) -> dict[str, tuple[int, int]]:
    """Size and check sum of these files."""
    return {name: _size_and_sum(folder / name) for name in names}


def verify(root: Path, part: Part) -> None:
    """Read every byte of a part; `Damaged` when one differs."""
    for name, expected in part.files.items():
        try:
            found = _size_and_sum(root / part.folder / name)
        except OSError as error:
            raise Damaged(str(error)) from error
        if found != expected:
            raise Damaged(f"{part.folder}/{name} has changed")


def _size_and_sum(path: Path) -> tuple[int, int]:
    size = total = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total = crc32(block, total)
            size += len(block)
    return size, total
