"""Files of messages: kept below one folder under names that nobody can guess, never under their own."""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from supportbox.channels.durable import write_all
from supportbox.inbox.parcel import File
from supportbox.mail.letter import Enclosure


def keep_files(folder: Path, enclosures: Sequence[Enclosure]) -> tuple[File, ...]:
    """Put the files of one message on the disk for good."""
    if not enclosures:
        return ()
    # The files of one message share a folder, so that one sync makes all their names durable.
    shared = secrets.token_hex(1)
    files = tuple(_file(shared + secrets.token_hex(15), enclosure) for enclosure in enclosures)
    write_all(folder, {path_of(file.token): one.content for file, one in zip(files, enclosures, strict=True)})
    return files


def path_of(token: str) -> str:
    """Where a file lies below the files folder."""
    return f"{token[:2]}/{token}"


def _file(token: str, enclosure: Enclosure) -> File:
    return File(
        token=token,
        filename=enclosure.filename,
        content_type=enclosure.content_type,
        size=enclosure.size,
        sha256=hashlib.sha256(enclosure.content).hexdigest(),
        is_inline=enclosure.inline,
        content_id=enclosure.content_id,
    )
