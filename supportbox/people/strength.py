"""How well a password withstands guessing, in a word: length counts, but not for what everybody tries first."""

import re
import unicodedata
from itertools import pairwise
from typing import Literal

Strength = Literal["short", "guessable", "fair", "good", "strong"]
SHORTEST = 10
# What guessing begins with, as parts of a password: they are worth no more than one letter.
_COMMON = (
    "password", "passwort", "motdepasse", "passw0rd", "qwertyuiop", "qwertyui", "qwerty", "azertyuiop", "azerty",
    "qwertz", "asdfgh", "letmein", "welcome", "bienvenue", "bonjour", "iloveyou", "jetaime", "sunshine", "princess",
    "football", "dragon", "monkey", "master", "superman", "supportbox", "support", "helpdesk", "changeme", "secret",
    "soleil", "chouchou", "doudou", "admin", "login", "abc123", "zxcvbn",
)  # fmt: skip
_LEAST, _FAIR, _GOOD = 7, 12, 16
_FEWEST_DIFFERENT = 5


def strength(password: str, about: tuple[str, ...] = ()) -> Strength:
    """`about` are words that anybody would try for this person: their name, their address."""
    if len(password) < SHORTEST:
        return "short"
    worth = _worth(password, about)
    if worth < _LEAST or len(set(password)) < _FEWEST_DIFFERENT:
        return "guessable"
    return "fair" if worth < _FAIR else "good" if worth < _GOOD else "strong"


def is_guessable(password: str, about: tuple[str, ...] = ()) -> bool:
    return strength(password, about) in ("short", "guessable")


def _worth(password: str, about: tuple[str, ...]) -> int:
    """Its length, with each well-known part, each repetition and each step of a row counted for nothing."""
    text = _folded(password)
    own = {word for one in about for word in re.findall(r"\w{3,}", _folded(one))}
    for word in sorted({*_COMMON, *own}, key=len, reverse=True):
        text = text.replace(word, "\0")
    return 1 + sum(not _is_step(before, after) for before, after in pairwise(text))


def _is_step(before: str, after: str) -> bool:
    """aaa, 123, cba."""
    return abs(ord(after) - ord(before)) <= 1


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
