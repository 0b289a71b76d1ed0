"""Who signed a letter, by its DKIM-Signature headers: read, not verified; enough to know where to look for the key."""

import re

_HEADERS = 64 * 1024
_MOST = 10
_FIELD = re.compile(rb"^DKIM-Signature:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,250}[A-Za-z0-9_])?")


def signed_by(raw: bytes) -> list[tuple[str, str]]:
    """Domain and selector of each signature, in the order of the headers."""
    head = raw[:_HEADERS].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    found = []
    for field in _FIELD.findall(head)[:_MOST]:
        tags = dict(_tags(field.decode("ascii", "replace")))
        domain, selector = tags.get("d", "").lower(), tags.get("s", "")
        if _NAME.fullmatch(domain) and _NAME.fullmatch(selector):
            found.append((domain, selector))
    return found


def _tags(field: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in field.split(";"))
    return [(name.strip(), "".join(value.split())) for name, sign, value in pairs if sign]
