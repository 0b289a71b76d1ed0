"""Sentences of our letters in the languages of customers; English is what the code says."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import supportbox

_FOLDER = Path(supportbox.__file__).parent / "translations"


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of one language."""
    path = _FOLDER / language / "messages.mo"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)
