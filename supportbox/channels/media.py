"""Pictures, voices and files in messages of gateways: fetched and kept, or sent along."""

import mimetypes
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from supportbox.channels.files import keep_files, path_of
from supportbox.channels.http import Reply
from supportbox.errors import Refused
from supportbox.inbox.parcel import File
from supportbox.mail.letter import Enclosure

PAUSE = 1.0  # seconds before a provider that stumbled is asked for a file once more: later it may have it no more
_AGAIN = {429, 500, 502, 503, 504}
_NAMELESS = {"image": "picture", "audio": "recording", "video": "video"}
_PAGES = {"text/html", "application/xhtml+xml", "application/json"}  # where a file should be, these are excuses


def fetch_media(
    folder: Path, name: str, kind: str, most: int, ask: Callable[[], Reply], *, provider: str
) -> tuple[tuple[File, ...], str]:
    """The file, or none and the sentence that says why: the words beside it are worth more than the picture."""
    shown = name or _name(kind)
    try:
        reply = ask()
        if reply.status in _AGAIN:
            time.sleep(PAUSE)
            reply = ask()
    except Refused:
        return (), f"A file was left out ({shown}): its address is not one of {provider}'s."
    except (OSError, ValueError):  # ValueError: what the provider gave is no address at all
        return (), f"A file could not be fetched ({shown}): {provider} did not answer."
    if reply.status != 200:
        return (), _why(reply.status, shown, provider)
    if (size := max(reply.size, len(reply.body))) > most:
        return (), too_large(shown, size, most, provider)
    got = reply.content_type.partition(";")[0].strip().lower()
    kind = kind.partition(";")[0].strip().lower() or got or "application/octet-stream"
    if got in _PAGES and kind not in _PAGES:
        return (), f"A file could not be fetched ({shown}): {provider} sent a page in its place."
    return keep_files(folder, (Enclosure(name or _name(kind), kind, reply.body),)), ""


def too_large(name: str, size: int, most: int, provider: str) -> str:
    """What is said of a file that is not fetched; it stays with the provider for whoever needs it."""
    measured = f"{size / 1_000_000:.1f} MB" if size > most + 1 else f"> {most / 1_000_000:.1f} MB"
    return (
        f"A file was left out ({name or 'file'}, {measured}): at most {most // 1_000_000} MB are taken from {provider}."
    )


def carried(files: Sequence[File], fits: Callable[[File], bool], *, many: int, most: int) -> tuple[File, ...]:
    """The files that can go along themselves, in their order: each as the provider takes it, so many, and together not
    more than that. The others are lent."""
    found: list[File] = []
    for file in files:
        if len(found) < many and sum(one.size for one in found) + file.size <= most and fits(file):
            found.append(file)
    return tuple(found)


def multipart(fields: Mapping[str, str], files: Mapping[str, File], folder: Path) -> tuple[bytes, dict[str, str]]:
    """A form with files in it, and its header."""
    edge = secrets.token_hex(16)
    pieces = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode()
        for key, text in fields.items()
    ]
    for name, file in files.items():
        filename = quote(file.filename, safe=" ()'")[:200]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        kind = f"Content-Type: {file.content_type}\r\n\r\n"
        pieces += [(head + kind).encode(), (folder / path_of(file.token)).read_bytes(), b"\r\n"]
    return b"".join([*pieces, f"--{edge}--\r\n".encode()]), {"Content-Type": f"multipart/form-data; boundary={edge}"}


def _why(status: int, name: str, provider: str) -> str:
    if status in (404, 410):
        return f"A file could not be fetched ({name}): {provider} has it no more."
    if status in (401, 403):
        return f"A file could not be fetched ({name}): {provider} does not accept our key for it."
    return f"A file could not be fetched ({name}): {provider} answered with status {status}."


def _name(kind: str) -> str:
    return _NAMELESS.get(kind.partition("/")[0], "file") + (mimetypes.guess_extension(kind) or "")
