"""What an agent typed into one of the composer's forms, as it came: posted, kept as a draft, or taken back."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import request

from supportbox.inbox.receivers import Receivers

MOST_LISTED = 500
_BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """One form's fields. Addresses are as they were typed, with commas between; `uploads` are files' tokens."""

    mode: str = "reply"
    text: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    way: str = ""  # by which channel and to which contact; "" where the form had no choice
    uploads: tuple[str, ...] = ()
    messages: tuple[int, ...] = ()  # those that a forward passes on
    used: tuple[int, ...] = ()  # saved replies in the text
    is_safe: bool = False  # the words wait in the safe place, and the message only says so
    has_cc: bool = False  # whether the form had fields for copies at all

    @property
    def receivers(self) -> Receivers | None:
        """Whom a reply goes to; None leaves it to the ticket, as a plain form without those fields does."""
        return Receivers(self.to.strip(), addresses(self.cc), addresses(self.bcc)) if self.has_cc else None

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.uploads)

    def as_fields(self) -> dict[str, Any]:
        """What a draft keeps: whatever is not empty."""
        return {key: value for key, value in asdict(self).items() if value and key != "mode"}


def read_typed(mode: str) -> Typed:
    """The form that was posted."""
    form = request.form
    return Typed(
        mode=mode,
        text=form.get("text", "").replace("\r\n", "\n"),
        to=form.get("to", "")[:5000],
        cc=form.get("cc", "")[:5000],
        bcc=form.get("bcc", "")[:5000],
        subject=form.get("subject", "")[:500],
        way=form.get("way", "")[:80],
        uploads=tuple(form.getlist("upload")[:MOST_LISTED]),
        messages=numbers(form.getlist("message")),
        used=numbers(form.get("used", "").split()),
        is_safe="safe" in form,
        has_cc="cc" in form,
    )


def typed_of(mode: str, fields: Mapping[str, Any]) -> Typed:
    """A draft's fields; whatever is not as it should be is left out."""
    words = {key: str(fields.get(key, "")) for key in ("text", "to", "cc", "bcc", "subject", "way")}
    return Typed(
        mode=mode,
        **words,
        uploads=tuple(str(one) for one in fields.get("uploads", ())),
        messages=tuple(one for one in fields.get("messages", ()) if isinstance(one, int)),
        used=tuple(one for one in fields.get("used", ()) if isinstance(one, int)),
        is_safe=bool(fields.get("is_safe")),
        has_cc=bool(fields.get("has_cc")),
    )


def addresses(line: str) -> tuple[str, ...]:
    """The addresses of one field; `Cleo <cleo@example.org>` counts as well."""
    found = (re.sub(r"^.*<([^<>]*)>.*$", r"\1", one) if "<" in one else one for one in re.split(r"[,;\n]+", line))
    return tuple(piece for one in found for piece in _BETWEEN.split(one.strip()) if piece)


def numbers(values: list[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in values[:MOST_LISTED] if one.isdecimal() and len(one) < 16)
