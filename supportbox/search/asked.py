"""A query made ready, as the ranking and the engines read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

ALIAS = 0.7


def rarity(size: int, frequency: int) -> float:
    """The weight of a word that `frequency` of `size` articles have."""
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True)
class Asked:
    """The stems in order, what each is worth, other stems that stand for one or more of them ("onedrive" for "one
    drive"), and stems that only help."""

    stems: Sequence[str]
    rarities: Mapping[str, float]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: Mapping[str, float] = field(default_factory=dict)

    @property
    def weights(self) -> dict[str, float]:
        """All stems to look for, with their worth."""
        aliases = {alias: ALIAS * sum(self.rarities[stem] for stem in stems) for alias, stems in self.aliases.items()}
        return {**self.extras, **aliases, **self.rarities}

    @property
    def groups(self) -> list[list[str]]:
        """For each stem, the stems that count as it."""
        return [[stem, *(alias for alias, stems in self.aliases.items() if stem in stems)] for stem in self.rarities]
