"""Files on their way into a message: uploaded at once, listed, taken out again; or sent along with the form."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from supportbox import clock
from supportbox.channels import form as form_channel
from supportbox.channels.files import keep_files, path_of
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.inbox.parcel import File
from supportbox.inbox.upload import (
    MOST_BYTES,
    Upload,
    check_uploads,
    file_of,
    forget_uploads,
    keep_uploads,
    list_uploads,
)
from supportbox.mail.letter import Enclosure
from supportbox.web.access import get_viewer
from supportbox.web.i18n import explain
from supportbox.web.inbox.files import LOCKED, PICTURES
from supportbox.web.inbox.typed import Typed
from supportbox.web.reading import reading, writing

_MINE = select(Upload.token, Upload.filename, Upload.content_type).where(
    Upload.token == bindparam("token"), Upload.agent_id == bindparam("agent")
)


def add() -> ResponseReturnValue:
    """One or more files of a page where somebody writes; a picture for the text is named in it."""
    try:
        files = _kept(request.files.getlist("files"), is_inline="inline" in request.form)
    except Refused as error:
        return jsonify(problem=explain(error)), error.status
    with writing() as session:
        keep_uploads(session, get_viewer().id, files, now=clock.now())
    return jsonify(
        files=[
            {"token": file.token, "name": file.filename, "size": file.size, "href": _href(file), "cid": file.content_id}
            for file in files
        ]
    )


def show(token: str, filename: str = "") -> Response:
    """A picture as the preview shows it; any other file is saved."""
    row = reading().execute(_MINE, {"token": token, "agent": get_viewer().id}).first()
    settings: Settings = current_app.extensions["settings"]
    path = settings.files / path_of(row.token) if row else None
    if row is None or path is None or not path.is_file():
        raise NotFound("There is no such file.")
    is_picture = row.content_type in PICTURES
    kind = row.content_type if is_picture else "application/octet-stream"
    response = send_file(path, mimetype=kind, as_attachment=not is_picture, download_name=row.filename)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def remove(token: str) -> ResponseReturnValue:
    """Not wanted after all; the file itself goes with the next sweep."""
    with writing() as session:
        forget_uploads(session, get_viewer().id, [token])
    return ("", 204) if request.headers.get("Accept") == "application/json" else redirect("/inbox/", 303)


def with_posted_files(typed: Typed) -> Typed:
    """Files that a plain form brought along are uploads like any other, so that a refusal does not lose them."""
    given = [one for one in request.files.getlist("files") if one.filename]
    if not given:
        return typed
    files = _kept(given)
    with writing() as session:
        keep_uploads(session, get_viewer().id, files, now=clock.now())
    return replace(typed, uploads=(*typed.uploads, *(file.token for file in files)))


def files_for(session: Session, typed: Typed) -> tuple[File, ...]:
    """The uploads as files of the message; refuses more than a letter can carry."""
    uploads = list_uploads(session, get_viewer().id, typed.uploads)
    # A picture that was taken out of the text again stays behind.
    wanted = [one for one in uploads if not one.is_inline or f"cid:{one.content_id}" in typed.text]
    check_uploads([one.size for one in wanted])
    return tuple(file_of(one) for one in wanted)


def _kept(given: Sequence[FileStorage], *, is_inline: bool = False) -> tuple[File, ...]:
    check_uploads([0] * len(given))
    settings: Settings = current_app.extensions["settings"]
    enclosures = [_read(one) for one in given if one.filename]
    if not enclosures:
        raise Refused("No file came along.")
    check_uploads([one.size for one in enclosures])
    if is_inline and any(one.content_type not in PICTURES for one in enclosures):
        raise Refused("Only PNG, JPEG, GIF and WebP pictures can stand in the text. Attach it as a file.")
    files = keep_files(Path(settings.files), enclosures)
    return tuple(replace(one, is_inline=True, content_id=f"{one.token}@inline") if is_inline else one for one in files)


def _read(given: FileStorage) -> Enclosure:
    content = given.stream.read(MOST_BYTES + 1)
    given.close()
    if len(content) > MOST_BYTES:
        raise Refused("“%(name)s” is larger than %(size)s MB: most mail servers would refuse the letter.",
                      name=given.filename or "", size=MOST_BYTES // 1_000_000)  # fmt: skip
    return form_channel.enclosure_of(form_channel.Upload(given.filename or "", given.mimetype or "", content))


def _href(file: File) -> str:
    return f"/inbox/uploads/{file.token}/{quote(file.filename, safe='')}"
