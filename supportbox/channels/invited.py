"""The token of a "continue here" link as a messenger brings it: in the words, or in what began the talk."""

import re

SIGN = "go-"
_TOKEN = re.compile(rf"(?<![\w-]){SIGN}([A-Za-z0-9_-]{{43}})(?![\w-])")


def as_brought(token: str) -> str:
    """The token as a messenger takes it along; Telegram allows these characters and 64 of them."""
    return f"{SIGN}{token}"


def without_token(text: str) -> tuple[str, str]:
    """The words that are the customer's own, and the token, "" where there is none."""
    found = _TOKEN.search(text[:20_000])
    if found is None:
        return text, ""
    words = f"{text[: found.start()]}{text[found.end() :]}".strip()
    return ("" if words == "/start" else words), found[1]
