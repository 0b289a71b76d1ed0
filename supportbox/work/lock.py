"""One worker an instance: a lock that is free as soon as its process is dead."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supportbox.errors import Conflict

_STEP = 0.1


@contextmanager
def only_worker(instance: Path, *, patience: float = 0) -> Iterator[str]:
    """Be the instance's worker for a while, at a place whose name is given; refused when another is at work for longer
    than `patience` seconds."""
    number = os.open(instance / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(number, instance, time.monotonic() + patience)
        place = _lines(number)[1] or secrets.token_hex(8)
        lines = f"{os.getpid()}\n{place}\n".encode()
        # In this order, so that a kill in between does not cost the place its name.
        os.pwrite(number, lines, 0)
        os.truncate(number, len(lines))
        yield place
    finally:
        # Closing gives the lock back; the file stays, since unlinking it would let two workers lock two files.
        os.close(number)


def _take(number: int, instance: Path, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Conflict(_sentence(number, instance)) from None
        time.sleep(_STEP)


def _sentence(number: int, instance: Path) -> str:
    holder = _lines(number)[0]
    who = f" (process {holder})" if holder.isdigit() else ""
    return f"Another worker is already at work on {instance}{who}. Stop it first, or leave the work to it."


def _lines(number: int) -> tuple[str, str]:
    """The process that was the last to have the lock, and the name of this place, the same for ever."""
    process, place, *_ = [*os.pread(number, 100, 0).decode("ascii", "replace").split("\n"), "", ""]
    return process, place
