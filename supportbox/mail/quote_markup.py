"""Reads raw HTML as lines of text in one linear pass, and notes which lines stand in a mail program's quotation."""

import re
from html import unescape
from typing import Final

from supportbox.mail.quote_marks import dashed_title

# Every part is possessive and stops at the next "<", so that no input is read more than a few times.
_TAG: Final = re.compile(
    r"""<(?:(!--)|[!?][^<>]*+>|(/?)([A-Za-z][\w:-]*+)(?:((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>|([^<>]*+)>))"""
)
_SKIPPED: Final = {
    tag: re.compile(rf"</{tag}\b[^<>]*+>?", re.IGNORECASE)
    for tag in ("style", "script", "title", "noscript", "template")
}
_BREAKS: Final = frozenset(
    (
        *("div", "section", "article", "header", "footer", "main", "table", "tbody", "thead", "tr", "ul", "ol", "dl"),
        *("dt", "dd", "form", "center", "address", "body", "html", "li", "blockquote", "figure", "fieldset", "nav"),
        *("aside", "details", "summary"),
    )
)
_SPACED: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"))
_MARKED: Final = frozenset(("div", "blockquote", "span", "section", "hr", "table", "td", "p", "font"))

_QUOTES: Final = re.compile(r"""type=["']?cite|protonmail_quote|cite=["']?mid:|iosymail|yahoo_quoted""")
_WRAPPERS: Final = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote|olk_src_body_section|__quoted_text__|"
    r"mail-editor-reference-message-container|ms-outlook-mobile-reference-message"
)
_CUTS: Final = re.compile(
    r"divrplyfwdmsg|appendonsend|stopspelling|zwchr|outlookmessageheader|__headers__|"
    r"border-top: ?solid #(?:b5c4df|e1e1e1)|border-top-color: rgb\(229, 229, 229\)"
)
_ATTRIBUTIONS: Final = re.compile(r"moz-cite-prefix|gmail_attr|reply-intro|protonmail_quote_header")
_NOTED: Final = re.compile("|".join(known.pattern for known in (_QUOTES, _WRAPPERS, _CUTS, _ATTRIBUTIONS)))


class Reader:
    """Turns HTML into `lines` and, for some of them by number, `hints` (see `quote_walk`)."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.lines: list[str] = []
        self.hints: dict[int, str] = {}
        self._buffer: list[str] = []
        self._containers: list[tuple[str, str]] = []  # open quotations: (tag, kind)
        self._depths: list[int] = []  # how many of that tag are open in each
        self._open = {"quote": 0, "wrapper": 0, "bare": 0, "attribution": 0}
        self._within = 0  # wrappers open, spent or not
        self._spent = 0  # wrappers below this height had their quotation: what follows in them is an answer
        self._divs: list[int] = []  # the line on which each open div began
        self._bares: list[int] = []  # likewise for bare blockquotes, -1 for one that somebody styled
        self._unsigned = (0, 0)  # the lines of the bare blockquote that closed last
        self._cut = False
        self._forward = False
        self._pre = 0

    def read(self) -> None:
        """Read all of the HTML."""
        html, at, missing = self.html, 0, set[str]()
        while (tag := _TAG.search(html, at)) is not None:
            if tag.start() > at:
                self._data(html[at : tag.start()])
            at = tag.end()
            name = (tag[3] or "").lower()
            if tag[1]:
                closed = html.find("-->", at) if "-->" not in missing else -1
                if closed < 0:
                    missing.add("-->")
                at = closed + 3 if closed >= 0 else at
            elif tag[2]:
                self._end(name)
            elif name:
                self._start(name, tag[4] or tag[5] or "")
                if name in _SKIPPED and name not in missing:
                    end = _SKIPPED[name].search(html, at)
                    if end:
                        at = end.end()
                    else:
                        missing.add(name)
        self._data(html[at:])
        self._flush()

    def _data(self, text: str) -> None:
        if not self._buffer and not self._pre and text.isspace():
            return
        if "&" in text:
            text = unescape(text)
        if self._pre and "\n" in text:
            *first, last = text.split("\n")
            for line in first:
                self._buffer.append(line)
                self._flush(blank=True)
            text = last
        self._buffer.append(text)

    def _flush(self, *, blank: bool = False) -> None:
        text = ""
        if self._buffer:
            text = " ".join("".join(self._buffer).split())
            self._buffer.clear()
        if text:
            self._add(text)
        elif blank and self.lines and self.lines[-1]:
            self.lines.append("")

    def _add(self, text: str) -> None:
        quoting = not self._forward and (self._open["quote"] or self._open["wrapper"])
        if quoting and self._quotation_begins() and dashed_title(text) == "forward":
            self._forward, quoting = True, False
        if self._forward:
            pass
        elif quoting and (self._open["quote"] or not self._open["attribution"]):
            self.hints[len(self.lines)] = "markup"
            text = "> " + text
        elif self._cut and ":" in text[:40]:
            self.hints[len(self.lines)] = "cut"
        elif self._open["attribution"]:
            self.hints[len(self.lines)] = "attribution"
        elif self._open["bare"]:
            self.hints[len(self.lines)] = "bare"
        self._cut = False
        self.lines.append(text)

    def _quotation_begins(self) -> bool:
        return not self.lines or not any(line.startswith(">") for line in self.lines[-3:])

    def _start(self, name: str, attributes: str) -> None:
        if name == "br":
            self._flush(blank=True)
            return
        if name in _BREAKS or name in _SPACED:
            self._flush()
            if name in _SPACED:
                self._flush(blank=True)
            if name == "li":
                self._buffer.append("- ")
        elif name in ("td", "th"):
            self._buffer.append(" ")
        if name == "pre":
            self._pre += 1
        elif name == "div":
            self._divs.append(len(self.lines))
        if name in _MARKED:
            self._mark(name, attributes.lower())

    def _mark(self, name: str, attributes: str) -> None:
        """Note what a tag's class, id or style says of a quotation."""
        noted = bool(attributes) and _NOTED.search(attributes) is not None
        if noted and _CUTS.search(attributes):
            self._flush()
            self._cut = True
        kind = ""
        if name == "blockquote":
            kind = "quote" if self._within or (noted and _QUOTES.search(attributes)) else "bare"
        elif noted and name != "hr":
            if _ATTRIBUTIONS.search(attributes):
                kind = "attribution"
            elif _WRAPPERS.search(attributes):
                kind = "wrapper"
        if kind:
            self._flush()
            self._containers.append((name, kind))
            self._depths.append(1)
            self._open[kind] += 1
            self._within += kind == "wrapper"
            if kind == "bare":
                self._bares.append(-1 if attributes.strip() else len(self.lines))
        elif self._containers and self._containers[-1][0] == name:
            self._depths[-1] += 1

    def _end(self, name: str) -> None:
        if name in _BREAKS or name in _SPACED:
            self._flush()
            if name in _SPACED:
                self._flush(blank=True)
        if name == "pre" and self._pre:
            self._pre -= 1
        elif name == "div" and self._divs:
            self._end_body(self._divs.pop())
        if self._containers and self._containers[-1][0] == name:
            self._depths[-1] -= 1
            if not self._depths[-1]:
                self._close()

    def _end_body(self, begun: int) -> None:
        """A plain blockquote that ends a div with words above it is the letter answered: what a program appends
        to the letter, such as a disclaimer, stands outside that div."""
        first, end = self._unsigned
        if end == len(self.lines) and begun < first < end:
            for line in range(first, end):
                if self.lines[line] and self.hints.get(line) == "bare":
                    self.lines[line] = "> " + self.lines[line]
                    self.hints[line] = "markup"
            self._unsigned = (0, 0)

    def _close(self) -> None:
        self._flush()
        _, kind = self._containers.pop()
        self._depths.pop()
        if kind == "bare" and (first := self._bares.pop()) >= 0:
            self._unsigned = (first, len(self.lines))
        height = len(self._containers)
        self._within -= kind == "wrapper"
        if kind != "wrapper" or height >= self._spent:
            self._open[kind] -= 1
        self._spent = min(self._spent, height)
        if kind == "quote" and not self._open["quote"] and self._open["wrapper"]:
            self._open["wrapper"] = 0
            self._spent = height
