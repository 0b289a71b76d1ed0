"""Whose letter was forwarded: the sender named in a forward, which is a claim and no proof."""

import re

from supportbox.mail import addresses, limits, mime, phrases
from supportbox.mail.letter import Address, Letter
from supportbox.mail.subject import has_forward_prefix

_LOOKED_AT = 20_000
_FIELD = r"^[ \t>*]{0,12}(?:" + phrases.alternatives("from_labels") + r")[ \t]{0,3}\*?[:：]\*?[ \t]{0,9}([^\n]{3,300})$"
_FROM = re.compile(_FIELD, re.IGNORECASE | re.MULTILINE)
_SHOWN_TWICE = re.compile(r"\s*[\[<(]mailto:[^\]>)]*[\]>)]", re.IGNORECASE)


def forwarded_sender(letter: Letter) -> Address | None:
    """The sender of the first letter inside this one, enclosed or pasted below a forward; None if it is none."""
    for file in letter.enclosures:
        if file.content_type == "message/rfc822":
            fields = mime.fields_of(file.content)
            return _first(next((value for name, value in fields if name == "from"), b""))
    if not has_forward_prefix(letter.subject):
        return None
    for found in _FROM.finditer(letter.text[:_LOOKED_AT]):
        if sender := _first(_SHOWN_TWICE.sub("", found.group(1)).replace("*", "").encode()):
            return sender
    return None


def _first(value: bytes) -> Address | None:
    try:
        return next(iter(addresses.read(value)), None)
    except limits.LimitBroken:
        return None
