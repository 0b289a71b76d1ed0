"""Two versions of a text side by side."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

# Beyond this many lines the search for the best match could take seconds; then blocks are compared more roughly.
MANY_LINES = 2000


class Row(NamedTuple):
    """A line before and after; None where there is none. `is_changed` where the two differ."""

    before: str | None
    after: str | None
    is_changed: bool


def compare(before: str, after: str) -> Sequence[Row]:
    """All lines of both texts, those that belong together on one row."""
    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > MANY_LINES:
        return [Row(left, right, left != right) for left, right in zip_longest(old, new)]
    rows: list[Row] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        rows += [Row(left, right, kind != "equal") for left, right in zip_longest(old[i:j], new[k:m])]
    return rows
