"""Retelling: a sentence that was kept in English, its values filled in, is found again and said in another language."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from supportbox.translations import catalogue
from supportbox.translations.told.mail import MAIL
from supportbox.translations.told.matching import MATCHING
from supportbox.translations.told.providers import PROVIDERS
from supportbox.translations.told.written import WRITTEN

# What is kept in English or arises where no request is known; a test reads the code and asks for each.
TOLD = (*MATCHING, *MAIL, *PROVIDERS, *WRITTEN)
NESTED = frozenset({"why", "said", "what"})
LONGEST_TOLD = 2000
_PLACE = re.compile(r"%\((\w+)\)s")


def retold_in(language: str, sentence: str) -> str:
    """The sentence in that language; one that nobody knows stays as it is."""
    return _retold(language, sentence) if sentence else ""  # a catalogue answers "" with its own header


@lru_cache(4096)
def _retold(language: str, sentence: str) -> str:
    said = catalogue(language).gettext(sentence)
    if said != sentence or language == "en" or len(sentence) > LONGEST_TOLD:
        return said
    for form in _forms():
        if values := form.values_in(sentence):
            # Why something was refused is itself a sentence of ours.
            again = {place: _retold(language, words) if place in NESTED and words else words for place, words in values}
            return catalogue(language).gettext(form.sentence) % again
    return sentence


def find_form(sentence: str) -> str:
    """The listed sentence of which this is one with its values; "" when it is none."""
    return sentence if sentence in TOLD else next((one.sentence for one in _forms() if one.values_in(sentence)), "")


class _Form(NamedTuple):
    """A sentence with places, and what finds it again after they were filled in."""

    sentence: str
    parts: tuple[str, ...]
    pattern: re.Pattern[str]

    def values_in(self, text: str) -> list[tuple[str, str]]:
        """The places and what stands in them; nothing when it is another sentence. A glance at the words first."""
        found = self.pattern.fullmatch(text) if all(part in text for part in self.parts) else None
        return list(found.groupdict().items()) if found else []


@cache
def _forms() -> tuple[_Form, ...]:
    """References first: a name could be any words, also those of another sentence. Then what says the most itself."""
    filled = [sentence for sentence in TOLD if "%(" in sentence]
    forms = [_form(sentence) for sentence in filled]
    return tuple(sorted(forms, key=lambda one: ("%(reference)s" not in one.sentence, -sum(map(len, one.parts)))))


def _form(sentence: str) -> _Form:
    pieces = _PLACE.split(sentence)
    parts = tuple(piece.replace("%%", "%") for piece in pieces[::2])
    wild = [f"(?P<{place}>.{'*' if place == 'said' else '+'})" for place in pieces[1::2]]
    pattern = "".join(re.escape(part) + place for part, place in zip(parts, [*wild, ""], strict=True))
    return _Form(sentence, parts, re.compile(pattern, re.DOTALL))
