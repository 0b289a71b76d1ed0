"""Header values with parameters, such as Content-Type: RFC 2045, RFC 2231 and what is sent instead of them."""

import binascii
import re
from urllib.parse import unquote_to_bytes

from supportbox.mail import charsets, encoded_words
from supportbox.mail.clean_text import header_text

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_CONTINUED = re.compile(r"^(.+?)\*(\d{1,3})(\*?)$")
_COMMENT = re.compile(r"\([^()]*\)\s*$")
_AT_MOST = 8 * 1024


def split(value: bytes) -> tuple[str, dict[str, str]]:
    """The leading word in lower case and the parameters by lower-case name, decoded."""
    text = encoded_words.raw_text(value[:_AT_MOST])
    head, semicolon, rest = text.partition(";")
    if not semicolon:
        return head.strip().lower(), {}
    given: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(";" + rest):
        plain = _ESCAPED.sub(r"\1", quoted) if quoted else _COMMENT.sub("", bare.strip()).strip().strip('"')
        given.setdefault(name.lower(), plain)
    return head.strip().lower(), _joined(given) if "*" in text else _decoded(given)


def _decoded(given: dict[str, str]) -> dict[str, str]:
    return {name: header_text(encoded_words.words(value)) for name, value in given.items()}


def _joined(given: dict[str, str]) -> dict[str, str]:
    """RFC 2231: `name*`, `name*0`, `name*1*` put together; they win over a plain `name` beside them."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in given.items():
        if (found := _CONTINUED.match(name)) is not None:
            pieces.setdefault(found.group(1), []).append((int(found.group(2)), bool(found.group(3)), value))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], []).append((0, True, value))
        else:
            plain[name] = value
    return _decoded(plain) | {name: header_text(_assembled(sorted(parts))) for name, parts in pieces.items()}


def _assembled(parts: list[tuple[int, bool, str]]) -> str:
    charset = ""
    if parts[0][1] and parts[0][2].count("'") >= 2:
        charset, _, first = parts[0][2].split("'", 2)
        parts = [(0, True, first), *parts[1:]]
    data = b"".join(_bytes(value, coded) for _, coded, value in parts)
    if not any(coded for _, coded, _ in parts):
        return encoded_words.words("".join(value for _, _, value in parts))
    return charsets.decode(data, charset)[0]


def _bytes(value: str, coded: bool) -> bytes:
    if not coded:
        return value.encode("utf-8", "replace")
    try:
        return unquote_to_bytes(value.encode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return value.encode("utf-8", "replace")
