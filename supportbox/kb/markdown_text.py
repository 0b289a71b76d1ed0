"""Markdown to the plain text and the headings that search keeps: one cheap pass, never a full parse."""

import html
import re
from typing import NamedTuple


class MarkdownText(NamedTuple):
    """What a Markdown text says: its headings in order, and all of its words (headings included) as plain text."""

    headings: tuple[str, ...]
    text: str


# Every pattern is linear: no repetition can match what the one after it matches, so no text makes it slow.
_ATX = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)")
_SETEXT = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_BOX = re.compile(r"^[ >]*(?:\[!\w{1,20}\]|:::[ ]*\w{0,20})[ ]*")
_LEAD = re.compile(r"^[ \t]*(?:>[ ]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)+")
_RULE = re.compile(r"^[ \t|:*_-]*$")
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,1000})\](?:\([^()\s]{0,2000}(?:[ \t]+\"[^\"\n]{0,500}\")?\)|\[[^\[\]\n]{0,200}\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,1000}>|<!--[^<>]{0,1000}-->")
_MARKS = re.compile(r"(?<!\\)(?:\*{1,3}|~~|`+|(?<!\w)_{1,3}|_{1,3}(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_markdown(source: str) -> MarkdownText:
    """Headings and plain text; what is not understood stays as it was written."""
    headings: list[str] = []
    lines: list[str] = []
    in_code = False
    for line in source.splitlines():
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            lines.append(line.strip())
        else:
            _read_line(line, lines, headings)
    return MarkdownText(tuple(headings), "\n".join(lines).strip())


def _read_line(line: str, lines: list[str], headings: list[str]) -> None:
    if _SETEXT.match(line) and lines and lines[-1]:
        headings.append(lines[-1])
        return
    marker = _ATX.match(line)
    if marker:
        heading = _plain(line[marker.end() :].rstrip(" \t#"))
        if heading:
            headings.append(heading)
            lines.append(heading)
        return
    lines.append("" if _RULE.match(line) else _plain(_LEAD.sub("", _BOX.sub("", line))))


def _plain(text: str) -> str:
    """One line without its inline marks."""
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", _AUTOLINK.sub(r"\1", text))
    if "|" in text:
        text = text.replace("|", " ")
    text = _ESCAPE.sub(r"\1", _MARKS.sub("", text))
    return " ".join((html.unescape(text) if "&" in text else text).split())
