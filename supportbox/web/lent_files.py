"""Files of answers behind an address that only their receiver was given, for those channels that carry words alone."""

from flask import Blueprint, Response, current_app, send_file
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.files import path_of
from supportbox.channels.lending import is_lent
from supportbox.config import Settings
from supportbox.errors import NotFound
from supportbox.inbox.message import Attachment
from supportbox.web.reading import reading

bp = Blueprint("lent_files", __name__, url_prefix="/files")
_FILE = Attachment.__table__.c


@bp.get("/<token>/<claim>")
def show(token: str, claim: str) -> Response:
    """Always as a download. One that is over answers as one that never was."""
    settings: Settings = current_app.extensions["settings"]
    found = None
    if is_lent(settings, token, claim, now=clock.now()):
        query = select(_FILE.filename, _FILE.content_type).where(_FILE.token == token).limit(1)
        found = reading().execute(query).first()
    path = settings.files / path_of(token)
    if found is None or not path.is_file():
        raise NotFound("There is no such file, or its link is over.")
    response = send_file(path, mimetype=found.content_type, as_attachment=True, download_name=found.filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
