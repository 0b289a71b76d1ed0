"""What of a letter is its words and what is a file: the choice among parts."""

import re
from dataclasses import dataclass, field

from supportbox.mail import charsets, html_text, limits, tnef, transfer
from supportbox.mail.clean_text import body_text
from supportbox.mail.enclosures import disposition, enclosure, fitting, given_name
from supportbox.mail.flowed import unflowed
from supportbox.mail.letter import Enclosure
from supportbox.mail.mime import Part

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 2048
_LONGEST_POINTER = 400
_PICTURE_DATA = re.compile(rb"data:[\w/+.-]{0,80};base64,[A-Za-z0-9+/=\s%]+")
_MARKUP = re.compile(r"<[^<>]*>")
_WORDS = {"text/plain", "text/html", "text/enriched", "text/richtext"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_IGNORED = {"text/x-amp-html", "text/watch-html"}


@dataclass(slots=True)
class Piece:
    """One stretch of the body, as plain text, as HTML, or as both."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Body:
    """A letter's words and files."""

    pieces: list[Piece] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)


def read(part: Part, defects: list[str]) -> Body:
    """Go through the tree once and take every part as words or as a file."""
    body = Body()
    _Choice(body, defects).take(part)
    if any(file.content_type in _TNEF or file.filename.lower() == "winmail.dat" for file in body.enclosures):
        _open_tnef(body)
    return body


def _open_tnef(body: Body) -> None:
    """Put what a winmail.dat holds in its place: its files, and its words where the letter has none."""
    files: list[Enclosure] = []
    for file in body.enclosures:
        inside = tnef.opened(file.content)
        if inside is None:
            files.append(file)
            continue
        if not body.pieces or not any((piece.plain or piece.html or "").strip() for piece in body.pieces):
            body.pieces = [Piece(inside.text or None, html_text.tame(inside.html) or None)]
        files += [
            Enclosure(
                filename=fitting(one.name) or f"attachment-{number}.bin",
                content_type=one.content_type,
                content=one.content,
                inline=bool(one.content_id),
                content_id=one.content_id or None,
            )
            for number, one in enumerate(inside.files, len(files) + 1)
        ]
    body.enclosures = files


class _Choice:
    def __init__(self, body: Body, defects: list[str]) -> None:
        self.body = body
        self.defects = defects
        self.characters = 0

    def take(self, part: Part) -> None:
        kind = part.content_type
        if kind == "multipart/alternative":
            self.alternative(part)
        elif kind == "multipart/related":
            self.related(part)
        elif kind in ("multipart/report", "multipart/signed"):
            self.first_speaks(part)
        elif part.children:
            for child in part.children:
                self.take(child)
        else:
            self.leaf(part)

    def leaf(self, part: Part) -> None:
        if part.content_type in _IGNORED:
            return
        if not self.speaks(part):
            self.enclose(part)
        elif part.content_type == "text/html":
            self.body.pieces.append(Piece(html=self.words(part)))
        else:
            self.body.pieces.append(Piece(plain=self.words(part)))

    def speaks(self, part: Part) -> bool:
        """Whether a part is meant to be read in the letter rather than opened as a file."""
        if part.content_type not in _WORDS:
            return False
        word, params = disposition(part)
        return word != "attachment" and (not given_name(part, params) or not self.body.pieces and word == "inline")

    def enclose(self, part: Part) -> None:
        if part.start < part.end or given_name(part, disposition(part)[1]):
            self.body.enclosures.append(enclosure(part, len(self.body.enclosures) + 1))

    def first_speaks(self, part: Part) -> None:
        """Reports and signatures: the first part is the letter, what follows are files about it."""
        for number, child in enumerate(part.children):
            if number == 0 or child.children:
                self.take(child)
            else:
                self.enclose(child)

    def related(self, part: Part) -> None:
        """The root first, wherever it stands; pictures it shows are files."""
        start = part.params.get("start", "").strip("<> ")
        roots = [
            child
            for child in part.children
            if start and (child.first("content-id") or b"").strip(b"<> ") == start.encode()
        ]
        root = roots[0] if roots else part.children[0]
        self.take(root)
        for child in part.children:
            if child is not root:
                self.take(child) if child.children else self.enclose(child)

    def alternative(self, part: Part) -> None:
        """The same words twice: the last of each kind, and whatever files hang on them."""
        before = self.body.pieces
        plain = rich = None
        for child in part.children:
            self.body.pieces = []
            self.take(child)
            for piece in self.body.pieces:
                plain = plain if piece.plain is None else _more(plain, piece.plain)
                rich = rich if piece.html is None else _more(rich, piece.html)
        self.body.pieces = before
        if plain is not None and rich is not None and _only_points_at(plain, rich):
            plain = None
        if plain is not None or rich is not None:
            before.append(Piece(plain, rich))

    def words(self, part: Part) -> str:
        data = transfer.content(part)
        declared = part.params.get("charset", "")
        is_html = part.content_type == "text/html"
        if is_html and len(data) > limits.TEXT_CHARS:
            data = _PICTURE_DATA.sub(b"", data)
        limits.hold(len(data), 2 * limits.TEXT_CHARS, "bytes of text")
        if is_html and not declared and (found := _META_CHARSET.search(data[:_META_WITHIN])) is not None:
            declared = found.group(1).decode("ascii")
        text, defect = charsets.decode(data, declared)
        if defect and defect not in self.defects:
            self.defects.append(defect)
        text = body_text(text)
        self.characters += len(text)
        limits.hold(self.characters, 2 * limits.TEXT_CHARS, "characters of text")
        limits.hold(len(text), limits.TEXT_CHARS, "characters of text")
        return self.plain(part, text) if not is_html else html_text.tame(text)

    def plain(self, part: Part, text: str) -> str:
        if part.content_type != "text/plain":
            return html_text.unescape(_MARKUP.sub("", text.replace("<<", "\x00"))).replace("\x00", "<")
        if part.params.get("format", "").lower() == "flowed":
            return unflowed(text, part.params.get("delsp", "").lower() == "yes")
        return text


def _only_points_at(plain: str, rich: str) -> bool:
    """Whether the plain words only say that there is HTML: "your program cannot show HTML", beside a long letter."""
    return len(plain) < _LONGEST_POINTER and "html" in plain.lower() and len(html_text.text_of(rich)) > 3 * len(plain)


def _more(known: str | None, new: str) -> str:
    """Within an alternative a mail program may cut one text into several parts, with pictures between."""
    return new if known is None or not known.strip() else f"{known.rstrip()}\n{new}"
