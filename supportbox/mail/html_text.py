"""HTML to plain text in one pass over the source: no tree, so no nesting can be too deep and no input too hostile."""

import html
import re

from supportbox.mail import phrases

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]*")
_TAG = re.compile(r"""<(/?[a-zA-Z][a-zA-Z0-9:]*)(?:[^"'>]++|"[^"]*"|'[^']*')*+>""")
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_SPACES = re.compile(r"  +")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")

# Marks that no text holds, for what stands between blocks until all of it is known.
_LINE, _PARAGRAPH, _KEPT_BREAK, _KEPT_SPACE = "\x03", "\x04", "\x05", "\x06"
_MARKS = re.compile("[\x00-\x08]+")
_BREAKS = re.compile(f" ?[\n{_LINE}{_PARAGRAPH}][ \n{_LINE}{_PARAGRAPH}]*")

_BETWEEN = dict.fromkeys(phrases.word_set("html_paragraphs"), _PARAGRAPH)
_BETWEEN |= dict.fromkeys(phrases.word_set("html_lines"), _LINE)
_UNSEEN = {
    name: re.compile(f"</{name}[^>]*>?", re.IGNORECASE) for name in ("script", "style", "title", "template", "svg")
}


def text_of(source: str) -> str:
    """The words of an HTML body, with line breaks where a reader sees them."""
    return _Rendering(source).text()


def unescape(text: str) -> str:
    """Character references resolved, even ones that Python refuses."""
    return html.unescape(tame(text))


def tame(source: str) -> str:
    """HTML in which no numeric reference is longer than any character's: Python will not turn those into numbers."""
    return _LONG_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", source) if "&#" in source else source


class _Rendering:
    def __init__(self, source: str) -> None:
        self.source = _MARKS.sub("", source)
        self.out: list[str] = []
        self.preformatted = 0
        self.comments_close = True
        self.last_close = self.source.rfind(">")

    def text(self) -> str:
        at, source = 0, self.source
        while (tag := source.find("<", at)) >= 0:
            if tag > at:
                self.words(source[at:tag])
            at = self.markup(tag)
        self.words(source[at:])
        joined = _BREAKS.sub(_breaks, _SPACES.sub(" ", "".join(self.out)))
        return joined.replace(_KEPT_BREAK, "\n").replace(_KEPT_SPACE, " ").strip()

    def words(self, source: str) -> None:
        if "&" in source:
            source = _MARKS.sub("", unescape(source))
        if self.preformatted:
            source = source.replace("\r\n", "\n").replace("\n", _KEPT_BREAK).replace(" ", _KEPT_SPACE)
        self.out.append(_SPACE.sub(" ", source))

    def markup(self, tag: int) -> int:
        """Deal with what begins at `<`; return where the text goes on."""
        if tag > self.last_close:
            return self.declaration(tag)
        found = _TAG.match(self.source, tag)
        if found is not None:
            return self.element(found.group(1).lower(), found.end())
        name = _NAME.match(self.source, tag + 1)
        if name is None:
            return self.declaration(tag)
        # A quotation mark is never closed: the tag ends at the next bracket.
        return self.element(name.group().lower(), self.source.find(">", tag) + 1)

    def declaration(self, tag: int) -> int:
        """A comment, a declaration, a tag cut off, or a plain `<` that means itself."""
        if self.source.startswith("<!--", tag) and self.comments_close:
            end = self.source.find("-->", tag + 2)
            if end >= 0:
                return end + 3
            self.comments_close = False
        if self.source.startswith(("<!", "<?", "</"), tag) or _NAME.match(self.source, tag + 1):
            end = self.source.find(">", tag)
            return end + 1 if end >= 0 else len(self.source)
        self.out.append("<")
        return tag + 1

    def element(self, name: str, after: int) -> int:
        mark = _BETWEEN.get(name.lstrip("/"))
        if mark is None:
            return self.inline(name, after)
        self.out.append(mark)
        if name == "li":
            self.out.append("- ")
        elif name in ("pre", "/pre"):
            self.preformatted = max(0, self.preformatted + (1 if name == "pre" else -1))
        return self.unseen(name, after) if name == "title" else after

    def inline(self, name: str, after: int) -> int:
        if name == "br":
            self.out.append("\n")
        elif name in ("td", "th"):
            self.out.append(" ")
        return self.unseen(name, after) if name in _UNSEEN else after

    def unseen(self, name: str, after: int) -> int:
        """Past an element that nobody reads, or to the end when it is never closed."""
        end = _UNSEEN[name].search(self.source, after)
        return end.end() if end is not None else len(self.source)


def _breaks(found: re.Match[str]) -> str:
    """One line break, or a blank line, for a run of marks: what a browser would show."""
    count = 0
    for mark in found.group():
        if mark == "\n":
            count += 1
        elif mark == _LINE:
            count = max(count, 1)
        elif mark == _PARAGRAPH:
            count = max(count, 2)
    return "\n" * min(count, 2)
