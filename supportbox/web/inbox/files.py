"""What came with messages: attachments, formatted letters in a locked frame, and letters as they came."""

import base64
import re
from pathlib import Path

from flask import Response, current_app, request, send_file
from sqlalchemy import bindparam, select

from supportbox.channels.files import path_of
from supportbox.config import Settings
from supportbox.errors import NotFound
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.ticket import Ticket
from supportbox.web.inbox.gate import check_visible, visible_ticket
from supportbox.web.reading import reading

# Pictures that no browser takes for anything else; SVG is a program and never among them.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_INLINE = 3_000_000
LOCKED = "sandbox; default-src 'none'"
_LETTER = (
    "default-src 'none'; img-src data:{pictures}; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_CID = re.compile(r"(?<=[\"'])cid:([^\"'\s>]{1,300})", re.IGNORECASE)

_FILE = (
    select(Attachment.token, Attachment.filename, Attachment.content_type, Ticket.mailbox_id)
    .join(Message, Message.id == Attachment.message_id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .where(Attachment.token == bindparam("token"))
)
_HTML = select(Message.html).where(Message.id == bindparam("id"), Message.ticket_id == bindparam("ticket"))
_INLINE = select(Attachment.token, Attachment.content_id, Attachment.content_type, Attachment.size).where(
    Attachment.message_id == bindparam("id"), Attachment.content_id.is_not(None)
)
_RAW = (
    select(Intake.path, Ticket.id)
    .join(Message, Message.intake_id == Intake.id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .where(Message.id == bindparam("id"), Ticket.id == bindparam("ticket"))
)


def attachment(token: str, filename: str) -> Response:
    """A file, to be saved; only plain pictures are shown in the browser."""
    row = reading().execute(_FILE, {"token": token}).first()
    if row is None:
        raise NotFound("There is no such file.")
    check_visible(row.mailbox_id)
    is_picture = row.content_type in PICTURES
    response = _send(
        _settings().files / path_of(row.token),
        row.filename,
        row.content_type if is_picture else "application/octet-stream",
        is_download=not is_picture or "download" in request.args,
    )
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def formatted(number: int, message_id: int) -> Response:
    """A letter's own layout, in a frame that runs nothing and, until asked to, fetches nothing from outside."""
    visible_ticket(number)
    row = reading().execute(_HTML, {"id": message_id, "ticket": number}).first()
    if row is None or not row.html:
        raise NotFound("There is no such message.")
    body = _with_pictures(row.html, message_id)
    response = Response(
        '<!doctype html><meta charset="utf-8"><base target="_blank"><meta name="referrer" content="no-referrer">'
        "<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;background:#fff;color:#1f2328;"
        "overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}</style>" + body
    )
    pictures = " https:" if "pictures" in request.args else ""
    response.headers["Content-Security-Policy"] = _LETTER.format(pictures=pictures)
    response.headers["Cache-Control"] = "no-store"
    return response


def original(number: int, message_id: int) -> Response:
    """The letter as it came, byte by byte, to be saved."""
    visible_ticket(number)
    row = reading().execute(_RAW, {"id": message_id, "ticket": number}).first()
    if row is None:
        raise NotFound("This message has no letter kept.")
    return send_raw(row.path, f"SB-{number}-{message_id}.eml")


def send_raw(path: str, filename: str) -> Response:
    return _send(_settings().raw / path, filename, "application/octet-stream", is_download=True)


def _send(path: Path, filename: str, kind: str, *, is_download: bool) -> Response:
    if not path.is_file():
        raise NotFound("This file is not on the disk any more.")
    response = send_file(path, mimetype=kind, as_attachment=is_download, download_name=filename, conditional=True)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_pictures(html: str, message_id: int) -> str:
    """Pictures that came in the letter are put into it: the frame may ask for nothing, not even from us."""
    if "cid:" not in html.lower():
        return html
    rows = reading().execute(_INLINE, {"id": message_id}).all()
    known = {row.content_id: row for row in rows if row.content_type in PICTURES and row.size <= MOST_INLINE}

    def picture(match: re.Match[str]) -> str:
        row = known.get(match[1])
        path = _settings().files / path_of(row.token) if row else None
        if row is None or path is None or not path.is_file():
            return "data:,"
        return f"data:{row.content_type};base64,{base64.b64encode(path.read_bytes()).decode()}"

    return _CID.sub(picture, html)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
