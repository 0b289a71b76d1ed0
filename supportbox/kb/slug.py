"""A slug: the part of an address that names an article or a category."""

import re
import unicodedata

LONGEST = 80
_GAPS = re.compile(r"[\W_]+")
_VALID = re.compile(r"[\w](?:[\w.-]{0,198}[\w])?")
_LANG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


def make_slug(text: str, *, otherwise: str = "article") -> str:
    """The words of a title, folded, with hyphens between."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _GAPS.sub("-", plain).strip("-")[:LONGEST].strip("-") or otherwise


def is_slug(text: str) -> bool:
    """Whether a text can stand in an address as it is: letters, digits, hyphens, dots inside."""
    return bool(_VALID.fullmatch(text))


def is_language(text: str) -> bool:
    """Whether a text looks like the code of a language, such as fr or pt-BR."""
    return bool(_LANG.fullmatch(text))
