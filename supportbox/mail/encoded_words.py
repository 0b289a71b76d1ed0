"""RFC 2047: header bytes, encoded words, raw UTF-8 and raw 8-bit alike, to one clean line of text."""

import binascii
import contextlib
import re

from supportbox.mail import charsets
from supportbox.mail.clean_text import header_text

_START = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_MOST_BLOCKS = 10_000
_Word = tuple[str, bytes]


def decode(value: bytes, hint: str = "") -> str:
    """The words of a header as people read them; `hint` is the charset of the letter's body."""
    return header_text(words(raw_text(value, hint)))


def raw_text(value: bytes, hint: str = "") -> str:
    """Header bytes as text, encoded words untouched: UTF-8 where they are UTF-8, else what the body is in."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    try:
        return value.decode("iso2022_jp_ext" if b"\x1b$" in value else "utf-8")
    except UnicodeDecodeError:
        return charsets.decode(value, hint if charsets.codec(hint) not in (None, "utf-8") else "iso-8859-1")[0]


def words(text: str) -> str:
    """Replace the encoded words in `text`; those that touch, or are only parted by space, are read as one."""
    if "=?" not in text:
        return text
    pieces: list[str | _Word] = []
    at = 0
    while (found := _START.search(text, at)) is not None:
        end = text.find("?=", found.end())
        end = len(text) if end < 0 else end
        before = text[at : found.start()]
        if before and not (pieces and isinstance(pieces[-1], tuple) and before.isspace()):
            pieces.append(before)
        _add(pieces, found.group(1).split("*")[0], _payload(found.group(2), text[found.end() : end]))
        at = end + 2
    pieces.append(text[at:])
    return "".join(piece if isinstance(piece, str) else charsets.decode(piece[1], piece[0])[0] for piece in pieces)


def _add(pieces: list[str | _Word], charset: str, payload: bytes) -> None:
    last = pieces[-1] if pieces else None
    if isinstance(last, tuple) and last[0].lower() == charset.lower():
        # One character may be cut in two by the writer's line length, so the bytes are joined before decoding.
        pieces[-1] = (charset, last[1] + payload)
    else:
        pieces.append((charset, payload))


def _payload(kind: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(data.replace(b"\n", b""), header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Base64, with foreign characters left out, missing padding added, and several blocks one after another read."""
    padding = data.find(b"=")
    if padding < 0 or not data[padding:].strip(b"=\r\n \t"):
        with contextlib.suppress(binascii.Error):
            return binascii.a2b_base64(data)
    if data.count(b"=") > _MOST_BLOCKS:
        return _block(data)
    return b"".join(map(_block, re.split(rb"=+", data)))


def _block(data: bytes) -> bytes:
    letters = data.translate(None, _NOT_BASE64)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
