"""A disk that keeps its word and no more: what was not synced may be there after a power cut, or torn, or not."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bench.torture.strace import Act

SECTOR = 512
# Disposable, or of no use to another process.
_LEFT_OUT = ("-shm", ".lock")


@dataclass(eq=False)
class _File:
    """What is safe of a file, and what was done to it since."""

    safe: bytes = b""
    later: list[tuple[int, bytes | None]] = field(default_factory=list)  # None truncates

    def sync(self) -> None:
        self.safe, self.later = self.after(lambda: True), []

    def after(self, is_kept: Callable[[], bool]) -> bytes:
        content = bytearray(self.safe)
        for at, data in self.later:
            if data is None:
                if is_kept():
                    del content[at:]
                    content.extend(bytes(at - len(content)))
                continue
            for start in range(0, len(data), SECTOR):
                if is_kept():
                    _put(content, at + start, data[start : start + SECTOR])
        return bytes(content)


class Chance:
    """Whether the next thing is kept: never, always, or sometimes."""

    def __init__(self, share: float, dice: random.Random) -> None:
        self.share, self.dice = share, dice

    def __call__(self) -> bool:
        return self.dice.random() < self.share


def _put(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


class Disk:
    """The files below a folder, followed through the acts of a process."""

    def __init__(self, root: Path) -> None:
        self.root = f"{root}/"
        self.now: dict[str, _File | None] = {}  # None is a folder
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if self._is_ours(f"{self.root}{name}"):
                self.now[name] = None if path.is_dir() else _File(path.read_bytes())
        self.safe = dict(self.now)
        # Changes of names, by folder and in order: (name that goes, name that comes, what it names).
        self.later: dict[str, list[tuple[str, str, _File | None]]] = {}

    def do(self, act: Act) -> None:
        """Follow one act."""
        if act.kind == "say" or not self._is_ours(act.path):
            return
        name = f"{act.path}/".removeprefix(self.root).rstrip("/")  # "" for the root itself
        file = self.now.get(name)
        if act.kind == "sync":
            self._sync(name, file)
        elif act.kind == "mkdir":
            self._rename("", name, None)
        elif act.kind == "make" and name not in self.now:
            self._rename("", name, _File())
        elif act.kind == "unlink":
            self._rename(name, "", file)
        elif act.kind == "rename":
            self._rename(name, act.goal.removeprefix(self.root), file)
        elif act.kind in ("write", "truncate") and file:
            file.later.append((act.at, act.data if act.kind == "write" else None))

    def cut(self, share: float, dice: random.Random) -> Iterator[tuple[str, bytes | None]]:
        """What another start may find, names above what they hold: `share` of what was not synced is there."""
        chance = Chance(share, dice)
        names = dict(self.safe)
        for changes in self.later.values():
            # A file system's journal keeps the order of the names in a folder.
            most = len(changes) if share == 1 else dice.randint(0, len(changes)) if share else 0
            for change in changes[:most]:
                _change(names, *change)
        for name, file in sorted(names.items()):
            above = PurePosixPath(name).parent.as_posix()
            if above == "." or above in names:
                yield name, file.after(chance) if file else None

    def _is_ours(self, path: str) -> bool:
        name = path.removeprefix(self.root)
        return f"{path}/".startswith(self.root) and not name.startswith("index") and not name.endswith(_LEFT_OUT)

    def _sync(self, name: str, file: _File | None) -> None:
        if file:
            file.sync()
        for change in self.later.pop(name, []):
            _change(self.safe, *change)

    def _rename(self, old: str, new: str, file: _File | None) -> None:
        folder = PurePosixPath(new or old).parent.as_posix()
        self.later.setdefault("" if folder == "." else folder, []).append((old, new, file))
        _change(self.now, old, new, file)


def _change(names: dict[str, _File | None], old: str, new: str, file: _File | None) -> None:
    names.pop(old, None)
    if new:
        names[new] = file
