"""Translations: the compiled words of each language; `gathering` brings them together from the rooms' .po files."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

ROOT = Path(__file__).parent


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of one language; English is what the code says."""
    path = ROOT / language / "messages.mo"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)
