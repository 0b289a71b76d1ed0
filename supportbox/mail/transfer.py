"""Undoes a part's Content-Transfer-Encoding, tolerant of every spelling and of damage."""

import binascii
import re

from supportbox.mail.encoded_words import base64_bytes
from supportbox.mail.mime import Part

_MOST_LINES = 600_000
_UU_BODY = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def content(part: Part) -> bytes:
    """The part's bytes as its writer had them."""
    encoding = (part.first("content-transfer-encoding") or b"").lower().strip()
    if not encoding or encoding.startswith((b"7bit", b"8bit", b"binary")):
        return part.body
    if b"base64" in encoding:
        return base64_bytes(part.body)
    if encoding.startswith((b"quoted", b"qp")):
        return binascii.a2b_qp(part.body)
    if b"uu" in encoding:
        return _uudecoded(part.body)
    return part.body


def _uudecoded(body: bytes) -> bytes:
    begin = _UU_BODY.search(body)
    if begin is None:
        return body
    out: list[bytes] = []
    at = begin.end()
    while at < len(body) and len(out) < _MOST_LINES:
        end = body.find(b"\n", at)
        end = len(body) if end < 0 else end
        line = body[at:end].rstrip(b"\r")
        if line == b"end":
            break
        out.append(_uu_line(line))
        at = end + 1
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the last group too far: the length sign says how much of it counts.
        size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
    try:
        return binascii.a2b_uu(line[:size])
    except binascii.Error:
        return b""
