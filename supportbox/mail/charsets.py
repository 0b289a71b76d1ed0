"""Bytes of a claimed charset to text, however wrong the claim is."""

import codecs
import re
from functools import lru_cache

# What a name in real letters means: the larger set that its writers really used.
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "cp950",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
# Codecs that are no charsets of letters: some take quadratic time, some hide other bytes.
_NEVER = {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem", "utf-16", "utf-32"}
_NAME = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_GUESS_FROM_BYTES = 40
_GUESS_AT_MOST_BYTES = 4096


@lru_cache(maxsize=256)
def codec(name: str) -> str | None:
    """The Python codec meant by a charset name, or None when no text can be had by it."""
    found = _NAME.search(name)
    if not found:
        return None
    plain = found.group().lower()
    try:
        info = codecs.lookup(_MEANT.get(plain, plain))
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if info.name in _NEVER or not getattr(info, "_is_text_encoding", True) else info.name


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text in `data` and a defect, "" when there is none: the declared charset first, then what fits."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), ""
    if data.isascii() and b"\x1b" not in data:
        unusual = declared and (codec(declared) or "").startswith(("utf-7", "utf-16", "utf-32", "hz", "cp037"))
        if not unusual:
            return data.decode("ascii"), "" if not declared or codec(declared) else f"unknown charset {declared[:40]!r}"
    name_ = codec(declared) if declared else None
    if name_ is None:
        return _undeclared(data), f"unknown charset {declared[:40]!r}" if declared else ""
    return _declared(data, name_)


def _declared(data: bytes, name: str) -> tuple[str, str]:
    try:
        if name == "cp1252":
            return _western(data), ""
        return data.decode(name), ""
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    except (UnicodeError, ValueError, OverflowError):
        return _undeclared(data), f"charset {name} cannot be read"
    if name == "utf-8" and not _has_utf8(data):
        return _western(data), "not the declared charset utf-8"
    if name == "iso2022_jp_ext" and b"\x1b" not in data:
        return _undeclared(data), "not the declared charset iso-2022-jp"
    return text, f"some characters are not in the declared charset {name}"


def _western(data: bytes) -> str:
    """Windows-1252, unless the bytes are well-formed UTF-8, which no Western words are by chance."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace") if not _C1_ONLY.search(data) else data.decode("latin-1")


_C1_ONLY = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")


def _has_utf8(data: bytes) -> bool:
    return _UTF8_SEQUENCE.search(data) is not None


def _undeclared(data: bytes) -> str:
    if b"\x00" in data[:2] and len(data) % 2 == 0:
        return data.decode("utf-16-le" if data[1] == 0 else "utf-16-be", "replace")
    try:
        if b"\x1b$" in data or b"\x1b(" in data:
            return data.decode("iso2022_jp_ext")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    if len(data) > _GUESS_FROM_BYTES:
        from charset_normalizer import from_bytes  # three MiB, and few letters need it

        best = from_bytes(data[:_GUESS_AT_MOST_BYTES]).best()
        if best is not None and codec(best.encoding):
            return data.decode(best.encoding, "replace")
    return _western(data)
