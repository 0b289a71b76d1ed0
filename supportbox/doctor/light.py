"""A light: one part of the instance, how it is doing, and what to do about it."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Light:
    """Green is well, amber wants looking at some day, red loses time or mail now."""

    name: str
    colour: Colour
    sentence: str
    fix: str = ""

    def as_values(self) -> dict[str, str]:
        return asdict(self)


def span(time: timedelta) -> str:
    """A duration as people say it: '12 minutes', '3 hours', '2 days'."""
    minutes = max(0, int(time.total_seconds() // 60))
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "less than a minute"
