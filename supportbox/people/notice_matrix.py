"""Which notices an agent wants, and how: what happens, by letter and browser; the usual matrix until changed."""

from collections.abc import Collection, Mapping
from typing import Any

MEDIA = ("browser", "letter")
# What happens, and how one is told of it who never said otherwise.
USUAL: Mapping[str, Collection[str]] = {
    "new": ("browser",),
    "unassigned": ("browser",),
    "assigned": MEDIA,
    "mine": MEDIA,
    "followed": ("browser",),
    "colleague": ("browser",),
    "mentioned": MEDIA,
    "failed": MEDIA,
    "callback": MEDIA,
    "woke": ("browser",),
}


def is_wanted(kept: Mapping[str, Any], kind: str, medium: str) -> bool:
    """`kept` is what the agent has changed (Agent.notices)."""
    return bool(kept.get(f"{kind}.{medium}", medium in USUAL.get(kind, ())))


def changes(wanted: Collection[str]) -> dict[str, bool]:
    """What differs from the usual, of a form's ticks such as "new.letter"."""
    whole = {f"{kind}.{medium}": medium in USUAL[kind] for kind in USUAL for medium in MEDIA}
    return {cell: cell in wanted for cell, usual in whole.items() if (cell in wanted) != usual}
