"""A reference: what a customer quotes, such as SB-1042."""

import re
from dataclasses import dataclass

_IN_TEXT = re.compile(r"\bSB-(\d{1,15})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """The ticket's number in the form that people see."""

    number: int

    def __str__(self) -> str:
        return f"SB-{self.number}"


def find_reference(text: str) -> Reference | None:
    """The first reference that a text quotes."""
    match = _IN_TEXT.search(text)
    return Reference(int(match[1])) if match else None
