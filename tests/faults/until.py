"""Waiting in tests for what another thread or process does."""

import time
from collections.abc import Callable


def until(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """Wait until something is so; how long that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it never happened"
        time.sleep(0.05)
    return time.monotonic() - began
