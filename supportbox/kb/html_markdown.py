"""HTML to the Markdown of our articles: paragraphs, headings, lists, tables, pictures, links; the rest as its words."""

import re
from html.parser import HTMLParser

HEADINGS = {f"h{level}": "#" * max(2, level) for level in range(1, 7)}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "code": "`"}
BLOCKS = {
    "p", "div", "section", "article", "figure", "figcaption", "header", "footer", "dl", "dt", "dd", "address", "hr",
    "details", "summary", "main", "aside", "center", "form", "fieldset", *HEADINGS,
}  # fmt: skip
UNSEEN = {"script", "style", "template", "noscript", "head", "title", "svg", "select", "textarea", "object"}
DEEPEST_LIST = 6
_ESCAPED = re.compile(r"[\\*`\[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,30};)")
_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|\d{1,9}(?=[.)](?:\s|$))|=+(?=\s*$)|-+(?=\s*$)|:::)")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x00"


def html_to_markdown(html: str) -> str:
    """Never raises; whatever HTML it is, its words are kept."""
    reader = _Reader()
    reader.feed(html.replace(_BREAK, ""))
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    """Blocks are written as they end; `_inline` is the block that is being read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[tuple[str, bool]] = []  # the text, and whether it begins or goes on with a list
        self._inline: list[str] = []
        self._lists: list[list[str | int]] = []  # each: its kind, its number so far, the marker still to be written
        self._quotes = 0
        self._heading = ""
        self._unseen = 0
        self._code: list[str] | None = None
        self._links: list[tuple[str, int]] = []
        self._rows: list[list[str]] | None = None

    def finish(self) -> str:
        self._end_block()
        self._end_table()
        parts: list[str] = []
        for place, (text, is_item) in enumerate(self._blocks):
            if place:
                parts.append("\n" if is_item and self._blocks[place - 1][1] else "\n\n")
            parts.append(text)
        return "".join(parts).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in UNSEEN:
            self._unseen += 1
        elif self._unseen:
            return
        elif tag in ("ul", "ol"):
            self._end_block()
            self._lists.append([tag, 0, ""])
        elif tag in ("li", "tr", "td", "th", "table", "pre", "blockquote"):
            self._open(tag)
        elif tag in BLOCKS:
            self._end_block()
            self._heading = HEADINGS.get(tag, self._heading)
        else:
            self._open_inline(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._unseen:
            return
        elif tag in ("ul", "ol"):
            self._end_block()
            if self._lists:
                self._lists.pop()
        elif tag == "pre":
            self._end_code()
        elif tag == "blockquote":
            self._end_block()
            self._quotes = max(0, self._quotes - 1)
        elif tag in ("td", "th", "table", "tr"):
            self._end_cell(tag)
        elif tag in BLOCKS or tag == "li":
            self._end_block()
            self._heading = "" if tag in HEADINGS else self._heading
        elif tag in MARKS and self._code is None:
            self._inline.append(MARKS[tag])
        elif tag == "a" and self._links:
            self._end_link()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._code is not None:
            self._code.append(data)
        else:
            self._inline.append(_ESCAPED.sub(lambda found: f"\\{found[0]}", data))

    def _open(self, tag: str) -> None:
        self._end_block()
        if tag == "li" and self._lists:
            innermost = self._lists[-1]
            innermost[1] = int(innermost[1]) + 1
            innermost[2] = f"{innermost[1]}. " if innermost[0] == "ol" else "- "
        elif tag == "pre":
            self._code = []
        elif tag == "blockquote":
            self._quotes = min(4, self._quotes + 1)
        elif tag == "table" and self._rows is None:
            self._rows = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])

    def _open_inline(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._inline.append(_BREAK)
        elif tag == "img" and _is_address(given.get("src", "")):
            alt = _ESCAPED.sub(r"\\\g<0>", _SPACE.sub(" ", given.get("alt", "")).strip())
            self._inline.append(f"![{alt}]({_address(given['src'])})")
        elif tag in ("iframe", "video", "embed", "source") and _is_address(given.get("src", "")):
            self._inline.append(f"<{_address(given['src'])}> ")
        elif tag == "a":
            self._links.append((given.get("href", ""), len(self._inline)))
        elif tag in MARKS and self._code is None:
            self._inline.append(MARKS[tag])

    def _end_link(self) -> None:
        address, start = self._links.pop()
        words = "".join(self._inline[start:]).strip()
        if words and _is_address(address):
            self._inline[start:] = [f"[{words}]({_address(address)})"]

    def _end_block(self) -> None:
        text = _tidy("".join(self._inline))
        self._inline.clear()
        self._links.clear()
        if not text:
            return
        if self._rows is not None:
            if self._rows and self._rows[-1]:
                self._rows[-1][-1] = f"{self._rows[-1][-1]} {text}".strip()
            return
        if self._heading:
            text = f"{self._heading} {text}".replace("\\\n", " ")
        self._write(text)

    def _write(self, text: str) -> None:
        """A block below the lists and quotations that it stands in."""
        first = later = "> " * self._quotes
        for one in self._lists[:DEEPEST_LIST]:
            marker = str(one[2])
            width = " " * (len(f"{one[1]}. ") if one[0] == "ol" else 2)
            first, later = first + (marker or width), later + width
            one[2] = ""
        lines = text.split("\n")
        self._blocks.append(("\n".join([first + lines[0], *(later + line for line in lines[1:])]), bool(self._lists)))

    def _end_code(self) -> None:
        if self._code is None:
            return
        text = "".join(self._code).strip("\n")
        self._code = None
        if text:
            fence = "````" if "```" in text else "```"
            self._write(f"{fence}\n{text}\n{fence}")

    def _end_cell(self, tag: str) -> None:
        if self._rows is None:
            self._end_block()
        elif tag in ("td", "th"):
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append("")
            self._end_block()
        elif tag == "table":
            self._end_table()

    def _end_table(self) -> None:
        rows = [row for row in self._rows or () if row]
        self._rows = None
        if not rows:
            return
        width = max(map(len, rows))
        lines = [_row(row + [""] * (width - len(row))) for row in rows]
        self._write("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("\\\n", " ").replace("|", "\\|") for cell in cells) + " |"


def _tidy(text: str) -> str:
    """One block: spaces run together, breaks kept, nothing at a line's start taken for a mark of ours."""
    lines = [_SPACE.sub(" ", line).strip() for line in text.split(_BREAK)]
    lines = [_START.sub(r"\\\1", line) if not line[:1].isdigit() else _START.sub(r"\1\\", line) for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    for mark in ("****", "**** ", "~~~~", "``"):
        lines = [line.replace(mark, "") for line in lines]
    return "\\\n".join(lines)


def _is_address(text: str) -> bool:
    return text.strip().startswith(("http://", "https://", "mailto:", "tel:", "/", "#"))


def _address(text: str) -> str:
    return (
        text.strip().replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    )
