"""What each kind of channel in use allows: how long after a customer's words we may write, how much, how undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module

from supportbox.channels.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Traits:
    """`window`, `undo` and `longest` are None where nothing limits, or where the desk's own habit holds."""

    window: timedelta | None = None
    undo: timedelta | None = None
    longest: int | None = None


@cache
def traits(kind: str) -> Traits:
    """Of one kind; its module is loaded when it is first asked for. Nothing is special about one without a module."""
    if kind not in KINDS:
        return Traits()
    module, _, name = KINDS[kind].partition(":")
    found = getattr(import_module(module), name)
    return Traits(getattr(found, "WINDOW", None), getattr(found, "UNDO", None), getattr(found, "LONGEST", None))


def windows(kinds: Iterable[str]) -> Mapping[str, timedelta | None]:
    """How long each of these lets us answer. Mail is not asked: its module is large, and it has no such rule."""
    return {kind: traits(kind).window for kind in kinds if kind != "email"}
