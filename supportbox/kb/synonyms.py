"""The owner's synonyms, a rule a line: `password, passcode` mean the same, `wifi => network` works one way."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from supportbox.people.business import Setting

KEY = "synonyms"
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


def load_rules(session: Session) -> list[str]:
    """The owner's lines as they were typed."""
    kept = session.get(Setting, KEY, populate_existing=True)
    return [str(line) for line in kept.value] if kept and isinstance(kept.value, list) else []


def save_rules(session: Session, text: str) -> list[str]:
    """Keep these lines, and answer them; empty ones at the end are left out."""
    lines = [line.rstrip()[:MAX_LINE] for line in text.strip().replace("\r\n", "\n").split("\n")][:MAX_RULES]
    lines = lines if any(lines) else []
    session.merge(Setting(key=KEY, value=lines))
    session.flush()
    return lines


def unread(lines: Iterable[str]) -> list[str]:
    """Lines that say something but make no rule."""
    return [line for line in lines if line.partition("#")[0].strip() and not read_rules([line])]
