"""What WhatsApp says without words, and files on their way there: left with the API first, then named in a message."""

from typing import Any

from supportbox.channels.http import Reply, bearer, call, checked
from supportbox.channels.media import multipart, only_file
from supportbox.channels.meta import MetaChannel
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File, Outgoing

# What WhatsApp shows in the talk itself; all else is a document.
_SHOWN = {"image/jpeg": "image", "image/png": "image", "video/mp4": "video"}
_CAPTION, _LARGEST = 1024, 16_000_000
_MOST = {"image": 5_000_000, "video": 16_000_000}


def part_of(channel: MetaChannel, outgoing: Outgoing) -> dict[str, Any]:
    """What a message says: words, or the one file that it has, with the words below it."""
    file = only_file(outgoing, most=_LARGEST)
    if not file or len(caption := channel.words(outgoing, has_links=False)) > _CAPTION:
        return {"type": "text", "text": {"body": channel.words(outgoing)}}
    kind = _SHOWN.get(file.content_type, "document")
    kind = kind if file.size <= _MOST.get(kind, file.size) else "document"
    part = {"id": _upload(channel, file), **({"caption": caption} if caption else {})}
    return {"type": kind, kind: part | ({"filename": file.filename} if kind == "document" else {})}


def place_of(channel: MetaChannel, media: str) -> Reply | str:
    """Where a file that came in can be fetched for five minutes; else what the API says instead."""
    reply = channel.ask("GET", media)
    return str(reply.json().get("url", "")) if reply.status == 200 else reply


def described(kind: str, part: dict[str, Any]) -> str:
    """A place as an address of a map, a reaction as its sign, a pressed button as its words."""
    if kind == "location":
        return f"https://www.openstreetmap.org/?mlat={part.get('latitude')}&mlon={part.get('longitude')}"
    if kind == "interactive" and isinstance(pressed := part.get(str(part.get("type"))), dict):
        return str(pressed.get("title", ""))
    return str(part.get("emoji", "")) if kind == "reaction" else ""


def _upload(channel: MetaChannel, file: File) -> str:
    """Its id there. Nothing of the message has left yet, so that whatever goes wrong is tried again."""
    options = channel.options()
    fields = {"messaging_product": "whatsapp", "type": file.content_type}
    body, kind = multipart(fields, "file", file, channel.settings.files)
    headers = {**bearer(options["token"]), **kind}
    later = DeliveryError(f"{channel.NAME} cannot take messages now.")
    try:
        reply = call("POST", f"{options['api']}/{options['account']}/media", headers=headers, content=body)
    except OSError as error:
        raise later from error
    if reply.status >= 500:
        raise later
    return str(checked(channel.NAME, channel.understood(reply)).json().get("id", ""))
