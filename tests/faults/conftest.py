"""What the faults happen to: the worker's desk, and desks that are killed from outside."""

from tests.torture.conftest import shop
from tests.work.conftest import bare_desk, desk, dovecot_desk

__all__ = ["bare_desk", "desk", "dovecot_desk", "shop"]
