"""Files that a visitor sends along with their words, and files of their talk as they get them back."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Response, current_app, request, send_file

from supportbox.channels.files import keep_files, path_of
from supportbox.channels.form import Upload, enclosure_of
from supportbox.errors import NotFound, Refused
from supportbox.inbox.chat_files import find_chat_file
from supportbox.inbox.parcel import File
from supportbox.people.visitor import find_visitor
from supportbox.web.access import current_settings
from supportbox.web.customer.form import Form, read_uploads
from supportbox.web.inbox.files import LOCKED, PICTURES
from supportbox.web.reading import reading, writing
from supportbox.web.widget import asking
from supportbox.web.widget.options import get_options

A_PLACE = 40  # messages with files an hour


class TooBig(Refused):
    """More bytes than a request may have."""

    status = 413


def check_size() -> None:
    """Before the first look at the fields: a request that is too big has none."""
    if (request.content_length or 0) > (current_app.config["MAX_CONTENT_LENGTH"] or 0):
        raise TooBig(
            "The files are larger than %(size)s MB together. Send fewer, or smaller ones.", size=most_megabytes()
        )


def most_megabytes() -> int:
    """Of all files of one message together: no mail could carry more on."""
    return current_settings().max_mail_bytes // 1_000_000


def read() -> Sequence[Upload]:
    """What came along; refuses too many files, and any that is too big."""
    form = Form()
    uploads = read_uploads(form)
    problem = form.problems.get("files")
    if problem:
        raise Refused(problem)
    return uploads


def keep(uploads: Sequence[Upload], *, now: datetime) -> tuple[File, ...]:
    """On the disk before the database is locked. What is put off leaves nothing behind; the sweep takes the rest."""
    if not uploads:
        return ()
    with writing() as session:
        asking.check_rate(session, f"files:{request.remote_addr}", A_PLACE, asking.HOUR, now=now)
    return keep_files(Path(current_settings().files), [enclosure_of(one) for one in uploads])


def show(token: str) -> Response:
    """A file of this visitor's own talk. Its address alone opens nothing: the panel asks with the visitor's token."""
    get_options()
    visitor = find_visitor(reading(), asking.token())
    found = find_chat_file(reading(), visitor, token) if visitor else None
    path = current_settings().files / path_of(token)
    if found is None or not path.is_file():
        raise NotFound("There is no such file.")
    is_picture = found.content_type in PICTURES
    kind = found.content_type if is_picture else "application/octet-stream"
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=found.filename)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "private, no-store"
    return response
