"""Pictures, voices and files in messages of gateways: fetched when the message is understood, kept like any file."""

import mimetypes
from collections.abc import Callable
from pathlib import Path

from supportbox.channels.files import keep_files
from supportbox.channels.http import Reply
from supportbox.errors import Refused
from supportbox.inbox.parcel import File
from supportbox.mail.letter import Enclosure

_NAMELESS = {"image": "picture", "audio": "recording", "video": "video"}


def fetch_media(
    folder: Path, name: str, kind: str, most: int, ask: Callable[[], Reply], *, provider: str
) -> tuple[tuple[File, ...], str]:
    """The file, or none and the sentence that says why: the words beside it are worth more than the picture."""
    try:
        reply = ask()
    except (OSError, Refused):
        return (), f"A file could not be fetched: {provider} did not answer."
    if reply.status != 200:
        return (), f"A file could not be fetched: {provider} answered with status {reply.status}."
    if len(reply.body) > most:
        return (), f"A file was left out: it is larger than {most // 1_000_000} MB."
    kind = (kind or reply.content_type).partition(";")[0].strip().lower() or "application/octet-stream"
    return keep_files(folder, (Enclosure(name or _name(kind), kind, reply.body),)), ""


def _name(kind: str) -> str:
    return _NAMELESS.get(kind.partition("/")[0], "file") + (mimetypes.guess_extension(kind) or "")
