"""Bytes of a letter to a tree of parts: an own reader, linear in what it is given and held to the caps as it goes."""

import contextlib
import re
from dataclasses import dataclass, field

from supportbox.mail import encoded_words, limits, parameters

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_BLANK = re.compile(rb"\r?\n")
_FIRST_EOL = re.compile(rb"[\r\n]")
_KNOWN_FIELD = re.compile(
    rb"^(?:content-type|content-transfer-encoding|mime-version|from|to|subject|date|message-id|received|x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_TYPE = re.compile(r"([\w!#$&^.+-]{1,80})\s*/\s*([\w!#$&^.+-]{1,120})", re.ASCII)
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s][^\r\n]{0,199}?)[ \t]{0,8}\r?\n[Cc]ontent-", re.MULTILINE)

Field = tuple[str, bytes]


@dataclass(slots=True)
class Part:
    """One part of a letter: its fields, and either a body between two offsets or children."""

    raw: bytes = field(repr=False)
    fields: list[Field]
    start: int
    end: int
    content_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The part's bytes below its header, still in its transfer encoding."""
        return self.raw[self.start : self.end]

    def first(self, name: str) -> bytes | None:
        """The first field of that lower-case name, unfolded."""
        return next((value for key, value in self.fields if key == name), None)


def read(raw: bytes, defects: list[str]) -> Part:
    """The whole letter. Raises LimitBroken, and nothing else; what is wrong but readable goes to `defects`."""
    raw, start = _opened(raw)
    return _Reader(raw, defects).part(start, len(raw), 0, "text/plain")


def fields_of(raw: bytes) -> list[Field]:
    """The letter's own fields as far as the caps let them be read, whatever its body is."""
    raw, start = _opened(raw)
    fields: list[Field] = []
    with contextlib.suppress(limits.LimitBroken):
        _Reader(raw, []).header(start, len(raw), fields)
    return fields


def _opened(raw: bytes) -> tuple[bytes, int]:
    """The letter with line ends that can be told apart, and where its header begins."""
    eol = _FIRST_EOL.search(raw)
    if eol is not None and eol.group() == b"\r" and raw[eol.end() : eol.end() + 1] != b"\n":
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if raw.startswith((b"From ", b">From ")):
        return raw, raw.find(b"\n") + 1 or len(raw)
    return raw, 3 if raw.startswith(b"\xef\xbb\xbf") else 0


class _Reader:
    def __init__(self, raw: bytes, defects: list[str]) -> None:
        self.raw = raw
        self.defects = defects
        self.count = 0
        self.looked = (0, 0, -1)

    def part(self, start: int, end: int, depth: int, default: str) -> Part:
        limits.hold(depth, limits.DEPTH, "parts within parts")
        self.count += 1
        limits.hold(self.count, limits.PARTS, "parts")
        fields: list[Field] = []
        body = self.header(start, end, fields)
        part = Part(self.raw, fields, body, end, default)
        self.describe(part, default)
        if part.content_type.startswith("multipart/"):
            self.divide(part, depth)
        return part

    def header(self, start: int, end: int, fields: list[Field]) -> int:
        """Put the fields, unfolded, into `fields`; return where the body begins."""
        at, raw = start, self.raw
        while at < end:
            if (blank := _BLANK.match(raw, at, end)) is not None:
                return blank.end()
            found = _FIELD.match(raw, at, end)
            if found is not None:
                value = found.group(2)
                limits.hold(len(value), limits.HEADER_BYTES, "bytes in one header")
                if b"\n" in value:
                    value = value.replace(b"\r\n", b"").replace(b"\n", b"")
                fields.append((found.group(1).decode("ascii").lower(), value.strip()))
                at = found.end()
            elif (next_ := self.over_junk(at, end, fields)) > at:
                at = next_
            else:
                return at
            limits.hold(at - start, limits.HEADERS_BYTES, "bytes of headers")
        return end

    def over_junk(self, at: int, end: int, fields: list[Field]) -> int:
        """Past a line that is no field, when real fields follow before the blank line; else where it was."""
        self.note("a line in the header is no header")
        eol = self.raw.find(b"\n", at, end)
        if eol < 0 or self.last_field(at, end) <= eol:
            return at
        if fields:
            name, value = fields[-1]
            fields[-1] = (
                (name, value + b" " + self.raw[at:eol].strip()) if len(value) < limits.HEADER_BYTES else fields[-1]
            )
        return eol + 1

    def last_field(self, at: int, end: int) -> int:
        """Where the last well-known field of this header begins; looked for once a header, so that junk stays cheap."""
        if not self.looked[0] <= at < self.looked[1]:
            stop = min(end, at + limits.HEADERS_BYTES)
            gaps = (self.raw.find(b"\n\n", at, stop), self.raw.find(b"\n\r\n", at, stop))
            gap = min((found for found in gaps if found >= 0), default=stop)
            last = max((found.start() for found in _KNOWN_FIELD.finditer(self.raw, at, gap)), default=-1)
            self.looked = (at, gap, last)
        return self.looked[2]

    def describe(self, part: Part, default: str) -> None:
        value = part.first("content-type")
        if value is None:
            return
        word, part.params = parameters.split(value)
        found = _TYPE.match(word)
        if found is not None:
            part.content_type = f"{found.group(1)}/{found.group(2)}"
        elif word:
            self.note(f"content type {word[:40]!r} is none")
            part.content_type = default

    def divide(self, part: Part, depth: int) -> None:
        """Find the children of a multipart; one without any is plain text."""
        boundary = part.params.get("boundary", "").encode("utf-8", "replace").rstrip()
        pieces = self.pieces(part, boundary) if boundary else []
        if not pieces:
            guess = _GUESSED_BOUNDARY.search(self.raw, part.start, part.end)
            self.note("the parts' boundary is missing")
            pieces = self.pieces(part, guess.group(1)) if guess is not None else []
        if not pieces:
            part.content_type = "text/plain"
            return
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        part.children = [self.part(start, end, depth + 1, default) for start, end in pieces]

    def pieces(self, part: Part, boundary: bytes) -> list[tuple[int, int]]:
        """Where the children lie: between lines that are the boundary and nothing else."""
        mark, raw, found = b"--" + boundary, self.raw, []
        at, opened = part.start, -1
        while (at := raw.find(mark, at, part.end)) >= 0:
            line, at = at, at + len(mark)
            if line > part.start and raw[line - 1] != 10:
                continue
            eol = raw.find(b"\n", at, part.end)
            eol = part.end if eol < 0 else eol
            rest = raw[at:eol].strip()
            if rest not in (b"", b"--"):
                continue
            if opened >= 0:
                found.append((opened, max(opened, self.before(line))))
                limits.hold(self.count + len(found), limits.PARTS, "parts")
            at = min(eol + 1, part.end)
            opened = at if not rest else -1
        if opened >= 0:
            self.note("the last boundary is missing")
            found.append((opened, part.end))
        return found

    def before(self, line: int) -> int:
        """The end of what stands before a boundary line: the line end between them belongs to the boundary."""
        line -= 1
        return line - 1 if self.raw[line - 1] == 13 else line

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def charset_of(part: Part) -> str:
    """The charset that the first words of a letter say they are in: what its raw header words are likely in too."""
    while part.children:
        part = part.children[0]
    return part.params.get("charset", "")


def field_text(part: Part, name: str) -> str:
    """One field of a part, decoded, "" when there is none."""
    value = part.first(name)
    return encoded_words.decode(value) if value is not None else ""
