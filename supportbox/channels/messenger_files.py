"""Files that leave by Messenger and Instagram: what each of them takes, and each file as a message of its own."""

import json
from collections.abc import Mapping

from supportbox.channels.media import carried
from supportbox.channels.meta import MetaChannel
from supportbox.channels.meta_files import upload
from supportbox.inbox.parcel import File, Outgoing

Takes = Mapping[str, tuple[int, frozenset[str]]]
_PICTURE, _OTHER, _MANY, _ALL = 8_000_000, 25_000_000, 10, 100_000_000
# By the type of attachment: the most bytes, and which types of file; no types: all of that family.
MESSENGER: Takes = {
    "image": (_PICTURE, frozenset({"image/jpeg", "image/png", "image/gif"})),
    "audio": (_OTHER, frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/ogg"})),
    "video": (_OTHER, frozenset({"video/mp4", "video/quicktime", "video/webm", "video/ogg"})),
    "file": (_OTHER, frozenset()),
}
INSTAGRAM: Takes = {
    "image": (_PICTURE, frozenset({"image/jpeg", "image/png"})),
    "audio": (_OTHER, frozenset({"audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav"})),
    "video": (_OTHER, frozenset({"video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"})),
    "file": (_OTHER, frozenset({"application/pdf"})),
}


def files_of(outgoing: Outgoing, takes: Takes) -> tuple[File, ...]:
    """Those that go along themselves."""
    return carried(outgoing.files, lambda file: bool(type_of(file, takes)), many=_MANY, most=_ALL)


def type_of(file: File, takes: Takes) -> str:
    """As which type of attachment a file goes; "" where it has to be lent."""
    fits = (name for name, (most, types) in takes.items() if file.content_type in types and file.size <= most)
    usual = next(fits, "")
    most, types = takes["file"]
    return usual or ("file" if not types and file.size <= most else "")


def left_there(channel: MetaChannel, file: File, kind: str) -> dict[str, str]:
    """A file as an attachment of Messenger's, by the id under which it was left there."""
    about = {"attachment": {"type": kind, "payload": {"is_reusable": True}}}
    path, fields = "me/message_attachments", {"message": json.dumps(about)}
    return {"attachment_id": upload(channel, path, fields, "filedata", file, "attachment_id")}
