"""Whose letter was forwarded: the sender named in a forward, which is a claim and no proof, and what it says."""

import re

from supportbox.mail import addresses, limits, mime, phrases
from supportbox.mail.letter import Address, Enclosure, Forward, Letter
from supportbox.mail.parse import parse
from supportbox.mail.subject import has_forward_prefix

_LOOKED_AT = 20_000
_FIELD = r"^[ \t>*]{0,12}(?:" + phrases.alternatives("from_labels") + r")[ \t]{0,3}\*?[:：]\*?[ \t]{0,9}([^\n]{3,300})$"
_FROM = re.compile(_FIELD, re.IGNORECASE | re.MULTILINE)
_SHOWN_TWICE = re.compile(r"\s*[\[<(]mailto:[^\]>)]*[\]>)]", re.IGNORECASE)
# Above the From of a pasted letter: an empty line, a rule, a line that ends with a colon, another field.
_OPENING = re.compile(r"[ \t>*]*(?:[-_=*]{3,}.{0,80}|.{1,80}[:：]|\*?[^\s:]{2,20}[ ]?\*?[:：]\*? .{1,200})?[ \t]*")
_OPENING_LINES = 5


def forward_in(letter: Letter) -> Forward | None:
    """The first letter inside this one, enclosed or pasted below a forward; None if there is none."""
    for file in letter.enclosures:
        if file.content_type == "message/rfc822":
            return _enclosed(file, letter)
    if not has_forward_prefix(letter.subject):
        return None
    for found in _FROM.finditer(letter.text[:_LOOKED_AT]):
        if sender := _first(_SHOWN_TWICE.sub("", found.group(1)).replace("*", "").encode()):
            at = _beginning(letter.text, found.start())
            return Forward(sender, letter.text[at:].strip(), letter.text[:at].strip())
    return None


def _enclosed(file: Enclosure, letter: Letter) -> Forward | None:
    fields = mime.fields_of(file.content)
    sender = _first(next((value for name, value in fields if name == "from"), b""))
    if sender is None:
        return None
    try:
        text = parse(file.content).text
    except limits.LimitBroken:
        text = ""
    return Forward(sender, text.strip(), letter.text.strip())


def _beginning(text: str, at: int) -> int:
    """Where the pasted letter begins: with the lines that open it, above its From."""
    for _ in range(_OPENING_LINES):
        before = text.rfind("\n", 0, max(0, at - 1)) + 1
        if at == 0 or not _OPENING.fullmatch(text[before : at - 1][:400]):
            break
        at = before
    return at


def _first(value: bytes) -> Address | None:
    try:
        return next(iter(addresses.read(value)), None)
    except limits.LimitBroken:
        return None
