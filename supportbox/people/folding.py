"""Folding: text as it is compared, without case, accents and double spaces."""

import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def fold(text: str) -> str:
    """`Amélie  ROY` and `amelie roy` are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())
