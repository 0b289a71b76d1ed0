"""Writes header fields: every value on lines of its own making, so that no word in it can begin another field."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from supportbox.errors import Refused
from supportbox.mail import addresses
from supportbox.mail.clean_text import header_text
from supportbox.mail.letter import Address

_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_PLAIN = re.compile(r"[\x21-\x7e]{1,60}(?: [\x21-\x7e]{1,60})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_WORD_BYTES = 45
_LINE = 76
_FOLD = "\r\n "
# Longer names are cut: a header of theirs would be more than readers, we among them, take in.
_LONGEST_NAME = 200
_ENDING = 20


def words(name: str, value: str) -> str:
    """An unstructured field such as Subject."""
    text = header_text(value)
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return _folded(name, text.split(" "))
    return _folded(name, _encoded(text))


def people(name: str, those: Iterable[Address]) -> str:
    """An address field."""
    pieces: list[str] = []
    for address in those:
        if pieces:
            pieces[-1] += ","
        pieces += [*_display(address.name), f"<{on_the_wire(address.email)}>"]
    return _folded(name, pieces)


def ids(name: str, those: Iterable[str]) -> str:
    """A field of message ids, each on its own line; what is no id is left out. "" when none is left."""
    kept = [one for one in those if is_id(one)]
    return f"{name}: {_FOLD.join(kept)}" if kept else ""


def is_id(text: str) -> bool:
    """Whether this can stand as a message id."""
    return _ID.fullmatch(text) is not None


def filename(name: str) -> str:
    """The parameters that name a file, for Content-Disposition."""
    text = header_text(name)
    if len(text) > _LONGEST_NAME:
        text = text[: _LONGEST_NAME - _ENDING] + text[-_ENDING:]
    if text.isascii() and len(text) <= _LINE - 16:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f';{_FOLD}filename="{escaped}"'
    coded = quote(text.encode("utf-8", "replace"), safe="")
    if len(coded) <= _LINE - 18:
        return f";{_FOLD}filename*=utf-8''{coded}"
    pieces = re.findall(r"(?:%..|[^%]){1,18}", "utf-8''" + coded)
    return "".join(f";{_FOLD}filename*{number}*={piece}" for number, piece in enumerate(pieces))


def on_the_wire(email: str) -> str:
    """An address as servers take it: its domain in ASCII. Refused when there is no such form."""
    local, _, domain = addresses.email(email).rpartition("@")
    if not local or not local.isascii():
        raise Refused(f"Mail cannot be sent to {header_text(email)!r}.")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise Refused(f"Mail cannot be sent to {header_text(email)!r}.") from None


def _display(name: str) -> list[str]:
    text = header_text(name)[:_LONGEST_NAME].rstrip()
    if not text:
        return []
    if _ATOMS.fullmatch(text) and "=?" not in text and len(text) <= _LINE:
        return text.split(" ")
    if _PLAIN.fullmatch(text) and "=?" not in text and len(text) <= _LINE - 4:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return _encoded(text)


def _encoded(text: str) -> list[str]:
    """Encoded words, none cutting a character in two."""
    chunks: list[bytes] = [b""]
    for char in text:
        coded = char.encode("utf-8", "replace")
        if len(chunks[-1]) + len(coded) > _WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += coded
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in chunks if chunk]


def _folded(name: str, pieces: list[str]) -> str:
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) <= _LINE or lines[-1] == f"{name}:":
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return _FOLD.join(lines)
