"""What WhatsApp says without words, and files on their way there and back: one file is one message."""

from typing import Any

from supportbox.channels.http import Reply
from supportbox.channels.media import carried
from supportbox.channels.meta import MetaChannel
from supportbox.channels.meta_files import upload
from supportbox.inbox.parcel import File, Outgoing

_OFFICE = "application/vnd.openxmlformats-officedocument"
# What the API takes, by the kind of message it becomes, with the most bytes (Cloud API, Media, supported types).
_TAKES = {
    "image": (5_000_000, {"image/jpeg", "image/png"}),
    "video": (16_000_000, {"video/mp4", "video/3gpp"}),
    "audio": (16_000_000, {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4"}),
    "document": (
        100_000_000,
        {"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel"}
        | {"application/vnd.ms-powerpoint", f"{_OFFICE}.wordprocessingml.document"}
        | {f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.presentationml.presentation"},
    ),
}
_CAPTION, _MANY, _ALL = 1024, 10, 100_000_000


def messages_of(channel: MetaChannel, outgoing: Outgoing) -> list[tuple[str, dict[str, Any]]]:
    """Each message with the name of its file: words below the first file where they fit, else before it."""
    files = carried(outgoing.files, lambda file: bool(_kind(file)), many=_MANY, most=_ALL)
    words = channel.words(outgoing, carried=files)
    has_caption = bool(files) and len(words) <= _CAPTION and _kind(files[0]) != "audio"
    before = [] if has_caption else [("", {"type": "text", "text": {"body": words}})]
    captions = [words if has_caption else "", *[""] * len(files)]
    # What was taken at an earlier try is counted here and not left there again.
    told = [
        (file.filename, _part(channel, file, captions[n]) if n + len(before) >= outgoing.parts else {})
        for n, file in enumerate(files)
    ]
    return [
        (name, said | _about(outgoing, n, len(told) + len(before))) for n, (name, said) in enumerate([*before, *told])
    ]


def _about(outgoing: Outgoing, number: int, many: int) -> dict[str, str]:
    """Comes back with each word of a message: our number, and which message where it is not the last."""
    part = f".{number + 1}" if number + 1 < many else ""
    return {"biz_opaque_callback_data": f"{outgoing.delivery_id}{part}"}


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


def _kind(file: File) -> str:
    """As which kind of message a file goes; "" where it has to be lent."""
    return next(
        (kind for kind, (most, types) in _TAKES.items() if file.content_type in types and file.size <= most), ""
    )


def _part(channel: MetaChannel, file: File, caption: str) -> dict[str, Any]:
    kind, account = _kind(file), channel.options()["account"]
    fields = {"messaging_product": "whatsapp", "type": file.content_type}
    part = {"id": upload(channel, f"{account}/media", fields, "file", file, "id")}
    part |= ({"caption": caption} if caption else {}) | ({"filename": file.filename} if kind == "document" else {})
    return {"type": kind, kind: part}
