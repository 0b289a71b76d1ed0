"""One worker an instance: a lock that is free as soon as its process is dead."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supportbox.errors import Conflict

_STEP = 0.1


@contextmanager
def only_worker(instance: Path, *, patience: float = 0) -> Iterator[None]:
    """Be the instance's worker for a while; refused when another is at work for longer than `patience` seconds."""
    number = os.open(instance / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(number, instance, time.monotonic() + patience)
        os.truncate(number, 0)
        os.pwrite(number, f"{os.getpid()}\n".encode(), 0)
        yield
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
    holder = os.pread(number, 20, 0).decode("ascii", "replace").strip()
    who = f" (process {holder})" if holder.isdigit() else ""
    return f"Another worker is already at work on {instance}{who}. Stop it first, or leave the work to it."
