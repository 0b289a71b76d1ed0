"""Files that come and leave by a webhook: in as base64 within the call, out by an address of ours."""

import base64
import binascii
from pathlib import Path
from typing import Any

from supportbox.channels.files import keep_files
from supportbox.channels.form import Upload, enclosure_of
from supportbox.inbox.parcel import File
from supportbox.mail.letter import Enclosure

_MANY = 20


def kept_files(said: Any, folder: Path) -> tuple[tuple[File, ...], list[str]]:
    """The files of a message, and a sentence for each that is none. The call itself was not larger than we take."""
    enclosures: list[Enclosure] = []
    defects: list[str] = []
    for one in said[:_MANY] if isinstance(said, list) else []:
        about = one if isinstance(one, dict) else {}
        upload = Upload(str(about.get("name", "")), str(about.get("type", "")), _content(about.get("content")))
        enclosure = enclosure_of(upload)
        if upload.content:
            enclosures.append(enclosure)
        else:
            defects.append(f"A file was left out ({enclosure.filename}): its content is no base64.")
    return keep_files(folder, enclosures), defects


def _content(said: Any) -> bytes:
    try:
        return base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        return b""
