"""winmail.dat: the files and words that Outlook hides in one, read by the bounds of what is really there."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from supportbox.mail import charsets, limits
from supportbox.mail.clean_text import body_text, header_text

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _FILE_BEGINS, _FILE_TITLE, _FILE_DATA = 0x800C, 0x9002, 0x8010, 0x800F
_FILE_PROPERTIES, _LETTER_PROPERTIES, _CODEPAGE = 0x9005, 0x9003, 0x9007
_TEXT, _HTML, _LONG_NAME, _MIME_TYPE, _CONTENT_ID = 0x1000, 0x1013, 0x3707, 0x370E, 0x3712
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_OF_ANY_LENGTH = {0x0D, 0x1E, 0x1F, 0x102}
_MOST_ATTRIBUTES, _MOST_PROPERTIES, _MOST_VALUES = 5000, 500, 50


@dataclass(slots=True)
class Inside:
    """One file in a winmail.dat."""

    name: str = ""
    content_type: str = "application/octet-stream"
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Opened:
    """What a winmail.dat holds."""

    text: str = ""
    html: str = ""
    files: list[Inside] = field(default_factory=list)


def opened(data: bytes) -> Opened | None:
    """The contents, as far as they can be read; None when it is no winmail.dat. Raises LimitBroken."""
    if not data.startswith(_SIGNATURE):
        return None
    found, charset = Opened(), "cp1252"
    for name, value in islice(_attributes(data), _MOST_ATTRIBUTES):
        if name == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            found.text = _words(value, charset)
        elif name == _LETTER_PROPERTIES:
            _letter(found, value, charset)
        elif name == _FILE_BEGINS:
            found.files.append(Inside())
            limits.hold(len(found.files), limits.PARTS, "files in winmail.dat")
        elif found.files:
            _file(found.files[-1], name, value, charset)
    return found


def _letter(found: Opened, value: bytes, charset: str) -> None:
    for name, kind, content in _properties(value):
        if name == _TEXT and not found.text:
            found.text = _string(kind, content, charset)
        elif name == _HTML:
            found.html = _string(kind, content, charset)


def _file(file: Inside, name: int, value: bytes, charset: str) -> None:
    if name == _FILE_DATA:
        file.content = value
    elif name == _FILE_TITLE and not file.name:
        file.name = header_text(_words(value, charset))
    elif name == _FILE_PROPERTIES:
        for property_, kind, content in _properties(value):
            if property_ == _LONG_NAME:
                file.name = header_text(_string(kind, content, charset))
            elif property_ == _MIME_TYPE:
                file.content_type = header_text(_string(kind, content, charset)).lower() or file.content_type
            elif property_ == _CONTENT_ID:
                file.content_id = header_text(_string(kind, content, charset)).strip("<> ")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 11 <= len(data):
        name, _, length = struct.unpack_from("<HHI", data, at + 1)
        at += 9
        yield name, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties that have one value; reading stops at the first that makes no sense."""
    count = min(_number(data, 0), _MOST_PROPERTIES)
    at = 4
    for _ in range(count):
        if at + 4 > len(data):
            return
        kind, name = struct.unpack_from("<HH", data, at)
        at = _past_name(data, at + 4) if name >= 0x8000 else at + 4
        values = _number(data, at) if kind & 0x1000 or kind in _OF_ANY_LENGTH else 1
        at += 4 if kind & 0x1000 or kind in _OF_ANY_LENGTH else 0
        for _ in range(min(values, _MOST_VALUES)):
            any_length = (kind & 0x0FFF) in _OF_ANY_LENGTH
            size = _number(data, at) if any_length else _SIZES.get(kind & 0x0FFF, 0)
            at += 4 if any_length else 0
            if not size and not any_length or at > len(data):
                return
            yield name, kind, data[at : at + size]
            at += size + (-size % 4)


def _past_name(data: bytes, at: int) -> int:
    """Past the name of a named property: a set's id, then a number or words."""
    if _number(data, at + 16) == 0:
        return at + 24
    length = _number(data, at + 20)
    return at + 24 + length + (-length % 4)


def _number(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0]) if at + 4 <= len(data) else 0


def _string(kind: int, content: bytes, charset: str) -> str:
    return _words(content, "utf-16-le" if kind == 0x1F else charset)


def _words(content: bytes, charset: str) -> str:
    text = content.decode("utf-16-le", "replace") if charset == "utf-16-le" else charsets.decode(content, charset)[0]
    return body_text(text)
