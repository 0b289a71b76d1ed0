"""Words and times of messengers: Markdown made plain, a first line in place of a subject, seconds as a moment."""

import re
from datetime import UTC, datetime
from typing import Any

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


def moment(seconds: Any) -> datetime | None:
    """When a provider says that something was, in seconds since 1970; None when it says nothing that can be."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
