"""One writer to an index folder at a time, among all processes and threads."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from supportbox.errors import Conflict


@contextlib.contextmanager
def locked(root: Path, patience: float) -> Iterator[None]:
    """Be the only writer; wait so many seconds for another, then raise `Conflict`."""
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + patience
        while not _take(descriptor):
            if time.monotonic() >= until:
                raise Conflict("Another process is writing the search index. Please try again in a moment.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)  # which lets go of the lock


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
