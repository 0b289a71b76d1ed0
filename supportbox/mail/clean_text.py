"""Takes out of decoded words what no reader wants: control characters, lone surrogates, direction tricks."""

import re

_BODY_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]+")
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_HEADER_SPACE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_HEADER_UNWANTED = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
_HEADER_SUSPECT = re.compile("[^\x21-\x7e\xa0-\u05ff ]|  ")


def body_text(text: str) -> str:
    """A body with LF line ends and without anything that cannot be stored or shown."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or "\x0c" in text or "\x0b" in text:
        text = _LINE_ENDS.sub("\n", text)
    if _BODY_UNWANTED.search(text):
        text = _BODY_UNWANTED.sub("", text)
    return text


def header_text(text: str) -> str:
    """One line of header words: white space collapsed, no controls, no hidden or direction-changing characters."""
    if _HEADER_SUSPECT.search(text):
        text = _HEADER_UNWANTED.sub("", _HEADER_SPACE.sub(" ", text))
    return text.strip()
