"""The shapes of letter craft: what a parsed letter is, what was judged of it, and what a letter to be written needs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MORE_THAN_ONE_SENDER = "more than one sender"  # among a letter's defects
VerdictKind = Literal["deliver", "own-loop", "bounce", "auto-reply", "bulk", "spam"]


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox in a header; `email` is lower case in its domain, without brackets, and never empty."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file in a letter. `content_id` is without its angle brackets."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed letter. Text has LF line ends, no NUL and no lone surrogate; ids keep their angle brackets."""

    sha256: str  # of the raw bytes, hexadecimal
    body_hash: str  # of the decoded text and files: the same words sent again have the same
    sender: Address | None  # From; never Reply-To
    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    recipients: tuple[str, ...]  # every address in To, Cc, Delivered-To, X-Original-To, Envelope-To: where tokens hide
    subject: str
    date: datetime | None
    message_id: str  # "" when there is none
    in_reply_to: str
    references: tuple[str, ...]  # oldest first
    text: str  # the whole decoded body
    visible_text: str  # the new words
    quoted_text: str  # what was folded away
    html: str | None  # sanitised for display
    enclosures: tuple[Enclosure, ...]
    headers: tuple[tuple[str, str], ...]  # (lower-case name, decoded value), in order
    language: str  # two letters, "" when unsure
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first header of that lower-case name, "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says: whom it could not reach, why, and about which letter."""

    recipient: str
    status: str  # enhanced status code such as 5.1.1, or ""
    permanent: bool
    diagnostic: str
    original_message_id: str


@dataclass(frozen=True, slots=True)
class Forward:
    """A letter that somebody passes on: whose it says it is, its words, and what the one who passes it on says."""

    sender: Address
    text: str
    comment: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What screening decided, with its reason as one sentence."""

    kind: VerdictKind
    reason: str
    bounce: Bounce | None = None

    @property
    def is_machine(self) -> bool:
        return self.kind in ("own-loop", "bounce", "auto-reply", "bulk")


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to be written. `automatic` letters carry the headers that keep machines from answering each other."""

    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    automatic: bool = False
    extra_headers: tuple[tuple[str, str], ...] = field(default=())
