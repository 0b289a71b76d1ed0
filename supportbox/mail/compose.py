"""A Draft to the bytes that go over the wire: ASCII, CRLF, short lines, exactly the fields that are meant."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime

from supportbox.mail import fields_out, parse
from supportbox.mail.clean_text import body_text, header_text
from supportbox.mail.letter import Draft, Enclosure

_EXTRA_NAME = re.compile(r"(?:X-[A-Za-z0-9-]{1,60}|List-[A-Za-z-]{1,40})")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,200}")
_LAST_REFERENCES = 10
_AUTOMATIC = (
    "Auto-Submitted: auto-replied",
    "X-Auto-Response-Suppress: All",
    "Precedence: auto_reply",
)


def compose(draft: Draft) -> bytes:
    """The whole letter. Raises Refused when an address cannot be written to, and nothing else."""
    boundary = _Boundaries(draft.message_id)
    return "\r\n".join([*_fields(draft), *_body(draft, boundary)]).encode("ascii")


def sent_hash(draft: Draft) -> str:
    """The body hash that this letter has when it comes back to us."""
    return parse.parse(compose(draft)).body_hash


def trimmed(references: tuple[str, ...]) -> tuple[str, ...]:
    """A thread's ids, each once: the first and the last ten. What is no id is not counted."""
    known = tuple(dict.fromkeys(filter(fields_out.is_id, references)))
    return known if len(known) <= _LAST_REFERENCES + 1 else known[:1] + known[-_LAST_REFERENCES:]


def _fields(draft: Draft) -> Iterator[str]:
    date = draft.date if draft.date.tzinfo else draft.date.replace(tzinfo=UTC)
    references = trimmed((*draft.references, draft.in_reply_to) if draft.in_reply_to else draft.references)
    written = [
        fields_out.people("From", [draft.sender]),
        fields_out.people("To", [draft.to]),
        fields_out.people("Cc", draft.cc) if draft.cc else "",
        fields_out.people("Reply-To", [draft.reply_to]) if draft.reply_to else "",
        fields_out.words("Subject", draft.subject),
        f"Date: {format_datetime(date)}",
        fields_out.ids("Message-ID", [draft.message_id]),
        fields_out.ids("In-Reply-To", [draft.in_reply_to]),
        fields_out.ids("References", references),
        fields_out.ids("X-SupportBox-Loop", [draft.message_id]),
        *(_AUTOMATIC if draft.automatic else ()),
        *(fields_out.words(name, value) for name, value in draft.extra_headers if _may_be_extra(name)),
        "MIME-Version: 1.0",
    ]
    return (line for line in written if line)


def _may_be_extra(name: str) -> bool:
    return _EXTRA_NAME.fullmatch(name) is not None and name.lower() != "x-supportbox-loop"


class _Boundaries:
    """Boundaries that no encoded body can hold, the same each time the same letter is composed."""

    def __init__(self, seed: str) -> None:
        self.seed = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:24]
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return f"=_sb{self.count}_{self.seed}"


def _body(draft: Draft, boundary: _Boundaries) -> list[str]:
    shown = [
        file for file in draft.enclosures if file.content_id and draft.html and f"cid:{file.content_id}" in draft.html
    ]
    words = _text(draft.text, "plain")
    if draft.html:
        rich = _text(draft.html, "html")
        if shown:
            rich = _multipart("related", boundary.next(), [rich, *map(_file, shown)])
        words = _multipart("alternative", boundary.next(), [words, rich])
    files = [_file(file) for file in draft.enclosures if file not in shown]
    return _multipart("mixed", boundary.next(), [words, *files]) if files else words


def _multipart(kind: str, boundary: str, parts: list[list[str]]) -> list[str]:
    lines = [f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _text(text: str, subtype: str) -> list[str]:
    data = body_text(text).rstrip("\n").encode("utf-8", "replace").replace(b"\n", b"\r\n")
    coded = binascii.b2a_qp(data, istext=True).decode("ascii")
    return [
        f"Content-Type: text/{subtype}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        *map(_unmistakable, coded.split("\r\n")),
        "",
    ]


def _unmistakable(line: str) -> str:
    """No line that a mail server on the way could take for an end of data or a new letter."""
    if line.startswith("."):
        line = "=2E" + line[1:]
    elif line.startswith("From "):
        line = "=46" + line[1:]
    return line


def _file(file: Enclosure) -> list[str]:
    kind = file.content_type.lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    word = "inline" if file.inline else "attachment"
    lines = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {word}{fields_out.filename(file.filename)}",
    ]
    if file.content_id and _CONTENT_ID.fullmatch(header_text(file.content_id)):
        lines.append(f"Content-ID: <{header_text(file.content_id)}>")
    return [*lines, "", base64.encodebytes(file.content).decode("ascii").replace("\n", "\r\n")]
