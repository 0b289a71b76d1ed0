"""The owner's synonyms, a rule a line: `password, passcode` mean the same, `wifi => network` works one way."""

from collections.abc import Iterable
from typing import NamedTuple

MAX_RULES = 2_000
MAX_LINE = 500


class Rule(NamedTuple):
    """Whoever asks for one of `asked` also finds `found`; phrases of any number of words."""

    asked: tuple[str, ...]
    found: tuple[str, ...]


def read_rules(lines: Iterable[str]) -> list[Rule]:
    """The rules of these lines; empty lines, lines after `#` and lines that make no rule are passed over."""
    rules = []
    for line in lines:
        left, arrow, right = line[:MAX_LINE].partition("#")[0].partition("=>")
        asked = _phrases(left)
        found = _phrases(right) if arrow else asked
        if asked and found and (arrow or len(asked) > 1):
            rules.append(Rule(asked, found))
        if len(rules) == MAX_RULES:
            break
    return rules


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for part in text.split(",") if (phrase := " ".join(part.split())))
