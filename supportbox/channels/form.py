"""The contact form as a way in: what somebody typed becomes an Incoming."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from supportbox.channels.files import keep_files
from supportbox.inbox.parcel import Clues, Incoming, Sender
from supportbox.mail.letter import Enclosure

LONGEST_NAME = 120
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What stood in the form. `once` is the same however often the same form is sent."""

    email: str
    subject: str
    text: str
    name: str = ""
    language: str = ""
    once: str = ""
    uploads: Sequence[Upload] = ()
    is_machine: bool = False
    kind: str = "email"


def is_address(text: str) -> bool:
    """Whether a text can be a mail address; whether mail reaches anybody there, nobody knows before it is tried."""
    local, _, domain = text.rpartition("@")
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(f"{local}@{domain.lower()}")) and ".." not in text


def incoming_from(
    entry: Entry, *, mailbox_id: int | None, ticket_id: int | None, files_folder: Path, now: datetime
) -> Incoming:
    """What the inbox gets; `ticket_id` is the request that a signed link proved. The files are on the disk then."""
    enclosures = tuple(enclosure_of(upload) for upload in entry.uploads)
    return Incoming(
        channel="form",
        sender=Sender(entry.kind, entry.email.strip().lower(), _CONTROLS.sub("", entry.name).strip()[:LONGEST_NAME]),
        subject=" ".join(_CONTROLS.sub(" ", entry.subject).split()),
        text=_CONTROLS.sub("", entry.text.replace("\r\n", "\n")).strip(),
        at=now,
        mailbox_id=mailbox_id,
        external_id=f"form:{entry.once}" if entry.once else "",
        language=entry.language,
        clues=Clues(token_ticket=ticket_id),
        verdict="spam" if entry.is_machine else "deliver",
        verdict_reason="The form's hidden field was filled in." if entry.is_machine else "",
        files=keep_files(files_folder, enclosures),
    )


def enclosure_of(upload: Upload) -> Enclosure:
    name = _CONTROLS.sub("", upload.filename.replace("\\", "/")).rpartition("/")[2].strip(" .")[:150]
    kind = upload.content_type.partition(";")[0].strip().lower()[:100]
    return Enclosure(filename=name or "file", content_type=kind or "application/octet-stream", content=upload.content)
