"""Bytes to a Letter. It never raises but for a broken cap; what is wrong with a letter is listed in its defects."""

import hashlib
import html as html_module
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from supportbox.mail import addresses, body, encoded_words, html_text, limits, mime, quotes, quotes_html
from supportbox.mail.clean import sanitised
from supportbox.mail.clean_text import body_text
from supportbox.mail.language import language_of
from supportbox.mail.letter import MORE_THAN_ONE_SENDER, Address, Enclosure, Letter

_ID = re.compile(r"<[^<>\s]{1,900}>")
_BARE_ID = re.compile(r"[^\s<>,;]{3,900}")
_RECIPIENT_FIELDS = {"to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"}
_ONE = {"from", "reply-to"}
_FEW = 2 * limits.ADDRESSES  # bytes in which that many addresses cannot stand
_MOST_REFERENCES = 100
_LONGEST_DATE = 120


def parse(raw: bytes) -> Letter:
    """Read a letter. Raises LimitBroken when it breaks a cap of `limits`, and nothing else."""
    defects: list[str] = []
    root = mime.read(raw, defects)
    return _letter(raw, _Fields(root.fields, mime.charset_of(root)), body.read(root, defects), defects)


def glimpse(raw: bytes, defect: str) -> Letter:
    """A letter that is not to be read whole: its header as far as the caps allow, no body, and the reason."""
    fields = mime.fields_of(raw)
    try:
        return _letter(raw, _Fields(fields), body.Body(), [defect])
    except limits.LimitBroken:
        few = {name: value for name, value in reversed(fields) if name not in _RECIPIENT_FIELDS}
        few = {name: value for name, value in few.items() if name not in _ONE or len(value) < _FEW}
        return _letter(raw, _Fields(list(few.items())), body.Body(), [defect])


class _Fields:
    """The letter's own fields, decoded as they are asked for."""

    def __init__(self, fields: list[mime.Field], hint: str = "") -> None:
        self.fields = fields
        self.hint = hint

    def addresses(self, names: set[str]) -> list[Address]:
        found = [
            one
            for name, value in self.fields
            if name in names
            for one in addresses.read(value, self.hint, is_sender=name == "from")
        ]
        limits.hold(len(found), limits.ADDRESSES, "addresses")
        return found

    def first(self, name: str, defects: list[str]) -> Address | None:
        """The one address of a field. Several are noted; none, where there must be one, is noted too."""
        found = self.addresses({name})
        if name == "from" and len(found) != 1:
            defects.append("no sender's address" if not found else MORE_THAN_ONE_SENDER)
        return found[0] if found else None

    def decoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, encoded_words.decode(value, self.hint)) for name, value in self.fields)


def _letter(raw: bytes, fields: _Fields, read: body.Body, defects: list[str]) -> Letter:
    headers = fields.decoded()
    named = dict(reversed(headers))
    text, visible, quoted, html = _words(read.pieces, defects)
    sender = fields.first("from", defects)
    references = _ids(named.get("references", ""))
    return Letter(
        sha256=hashlib.sha256(raw).hexdigest(),
        body_hash=body_hash(text, read.enclosures),
        sender=sender,
        reply_to=fields.first("reply-to", defects),
        to=tuple(fields.addresses({"to"})),
        cc=tuple(fields.addresses({"cc"})),
        recipients=tuple(dict.fromkeys(address.email for address in fields.addresses(_RECIPIENT_FIELDS))),
        subject=named.get("subject", ""),
        date=_date(named.get("date", ""), defects),
        message_id=_id(named.get("message-id", "")),
        in_reply_to=next(iter(_ids(named.get("in-reply-to", ""))), ""),
        references=references
        if len(references) <= _MOST_REFERENCES
        else references[:1] + references[1 - _MOST_REFERENCES :],
        text=text,
        visible_text=visible,
        quoted_text=quoted,
        html=html,
        enclosures=tuple(read.enclosures),
        headers=headers,
        language=language_of(visible or text),
        defects=tuple(defects),
    )


def body_hash(text: str, enclosures: Iterable[Enclosure]) -> str:
    """A hash of the words, white space aside, and of the files: the same letter sent again has the same."""
    whole = hashlib.sha256(" ".join(text.split()).encode())
    for enclosure in enclosures:
        whole.update(hashlib.sha256(enclosure.content).digest())
    return whole.hexdigest()


def _words(pieces: list[body.Piece], defects: list[str]) -> tuple[str, str, str, str | None]:
    """The whole text, the new words, the quoted ones, and HTML for display when the letter had any."""
    texts = [_piece_text(piece) for piece in pieces]
    text = "\n\n".join(part for part in texts if part)
    if len(pieces) == 1 and pieces[0].html and not (pieces[0].plain or "").strip():
        visible, quoted = quotes_html.split_html(pieces[0].html)
    else:
        visible, quoted = quotes.split_text(text)
    if not any(piece.html for piece in pieces):
        return text, visible, quoted, None
    source = "<hr>".join(piece.html or _as_html(piece.plain or "") for piece in pieces)
    html = sanitised(source)
    if html is None:
        defects.append("its HTML is too twisted to show")
    return text, body_text(visible), body_text(quoted), html


def _piece_text(piece: body.Piece) -> str:
    if piece.plain is not None and (piece.plain.strip() or not piece.html):
        return piece.plain.strip("\n")
    return html_text.text_of(piece.html or "")


def _as_html(text: str) -> str:
    return "<p>" + html_module.escape(text).replace("\n", "<br>") + "</p>"


def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(text)))


def _id(text: str) -> str:
    if found := _ID.search(text):
        return found.group()
    bare = _BARE_ID.search(text)
    return f"<{bare.group()}>" if bare else ""


def _date(text: str, defects: list[str]) -> datetime | None:
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text[:_LONGEST_DATE])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        defects.append("the date cannot be read")
        return None
