"""What a process did to its files and said to the world, in order, read from strace's log."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.torture.desk import ROOT, environ

CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,sendto,sendmsg,lseek,ftruncate,truncate,fsync,fdatasync,close,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
_CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<(.*?)>)?(?: .*)?$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r"^(\d+)(?:<(.*?)>)?$")


@dataclass(frozen=True)
class Act:
    """One step: make, write, truncate, sync, rename, unlink, mkdir (of a path), or say (to the world)."""

    kind: str
    path: str
    at: int = 0  # where a write begins, how long a truncated file is
    data: bytes = b""
    goal: str = ""  # of a rename


def trace(instance: Path, log: Path, orders: list[list[Any]], *, broken: str) -> list[Act]:
    """Have a product of its own do the orders, and tell what it did."""
    command = ["strace", "-f", "-y", "-xx", "-s", "1000000000", "-e", f"trace={CALLS}", "-o", str(log)]
    ours = [sys.executable, "-m", "bench.torture.product", "--broken", broken]
    done = subprocess.run(
        [*command, *ours, "--now", json.dumps(["each", *orders])],
        cwd=ROOT,
        env=environ(instance),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the traced product ended with {done.returncode}: {done.stderr[-2000:]}")
    return list(acts(log))


def acts(log: Path) -> Iterator[Act]:
    """The steps in a log, failed calls left out."""
    places: dict[str, int] = {}  # how far each open file has been written, by its number
    for name, arguments, result, opened in _calls(log):
        if result >= 0:
            yield from _acts_of(name, arguments, result, opened, places)


def _calls(log: Path) -> Iterator[tuple[str, str, int, str]]:
    """Whole calls: the halves of those that another thread cut in two are joined."""
    halves: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.endswith(" <unfinished ...>"):
                halves[line.split()[0]] = line.removesuffix(" <unfinished ...>")
                continue
            if (resumed := _RESUMED.match(line)) and resumed[1] in halves:
                line = halves.pop(resumed[1]) + resumed[3]
            if found := _CALL.match(line):
                yield found[2], found[3], int(found[4]), _plain(found[5] or "")


def _acts_of(name: str, arguments: str, result: int, opened: str, places: dict[str, int]) -> Iterator[Act]:
    strings = [bytes.fromhex(one.replace("\\x", "")) for one in _STRING.findall(arguments)]
    first = arguments.partition(",")[0]
    found = _NUMBER.match(first)
    number, path = (found[1], _plain(found[2] or "")) if found else ("", "")
    if name in ("openat", "creat"):
        places[str(result)] = 0
        if "O_CREAT" in arguments:
            yield Act("make", opened)
        if "O_TRUNC" in arguments:
            yield Act("truncate", opened)
    elif name == "lseek":
        places[number] = result
    elif name in ("write", "sendto", "sendmsg", "writev") and not path.startswith("/"):
        yield Act("say", path, data=b"".join(strings)[:result])
    elif name == "write":
        yield Act("write", path, places.get(number, 0), strings[0][:result])
        places[number] = places.get(number, 0) + result
    elif name == "pwrite64":
        yield Act("write", path, int(arguments.rpartition(",")[2]), strings[0][:result])
    elif name in ("writev", "pwritev"):
        raise RuntimeError(f"{name} to {path}: not understood yet")
    elif name == "ftruncate":
        yield Act("truncate", path, int(arguments.rpartition(",")[2]))
    elif name in ("fsync", "fdatasync"):
        yield Act("sync", path)
    elif name.startswith("rename"):
        yield Act("rename", strings[0].decode(), goal=strings[1].decode())
    elif name in ("unlink", "unlinkat", "mkdir", "mkdirat"):
        yield Act("mkdir" if name.startswith("mkdir") else "unlink", strings[0].decode())


def _plain(path: str) -> str:
    """A path as strace prints it beside a number, deleted files without that word."""
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
