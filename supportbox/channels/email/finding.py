"""A finding: one thing that a domain's DNS says about its mail, and the record that would put it right."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`sentence` and `fix` are to be translated, then filled with `values`. `record` is the TXT record to put at
    `name`, "" where there is none to give."""

    kind: Literal["spf", "dkim", "dmarc", "dns"]
    colour: Colour
    sentence: str
    fix: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    record: str = ""

    def in_english(self) -> tuple[str, str]:
        """Sentence and fix, filled in."""
        return self.sentence % self.values, self.fix % self.values

    def as_values(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> "Finding":
        return Finding(**values)
