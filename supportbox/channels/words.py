"""Words for channels that know no formatting: Markdown made plain, and a first line in place of a subject."""

import re

SUBJECT = 70  # characters
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\(([^()\s]{1,2000})\)")
_MARKS = re.compile(r"(\*\*|__|`)(?=\S)([^\n]{1,2000}?)(?<=\S)\1")


def first_words(text: str) -> str:
    """The beginning of a message, as a ticket's subject."""
    words = " ".join(text.split())
    return words if len(words) <= SUBJECT else words[: SUBJECT - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Markdown as somebody would type it on a phone: links spelt out, marks gone."""
    text = _LINK.sub(lambda found: found[2] if found[1] in ("", found[2]) else f"{found[1]}: {found[2]}", text)
    return _MARKS.sub(r"\2", text)
