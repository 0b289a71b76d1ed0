"""Articles' pictures: kept under names that nobody can guess, shown as pictures and as nothing else."""

import secrets
from pathlib import Path

from flask import current_app, request, send_file
from flask.typing import ResponseReturnValue

from supportbox.channels.durable import write_all
from supportbox.config import Settings
from supportbox.errors import NotFound, Refused
from supportbox.kb.picture import BIGGEST, KINDS, NAME, PLACE, name_of, read_picture
from supportbox.web.assets import FOREVER
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _


def keep_picture(content: bytes) -> str:
    """Its address from now on; raises Refused for what is no picture."""
    name = name_of(read_picture(content), secrets.token_hex(16))
    write_all(folder(), {name: content})
    return PLACE + name


def take_logo(present: str, problems: dict[str, str]) -> str:
    """The address of the picture that came with this form, else the present one; what is wrong with it is noted."""
    given = request.files.get("logo")
    if given and given.filename:
        try:
            return keep_picture(given.stream.read(BIGGEST + 1))
        except Refused as refused:
            problems["logo"] = explain(refused)
    return present


def picture(name: str) -> ResponseReturnValue:
    """One picture."""
    found = NAME.fullmatch(name)
    path = folder() / name
    if found is None or not path.is_file():
        raise NotFound(_("There is no such page, or it is not for you to see."))
    response = send_file(path, mimetype=KINDS[found[3]], conditional=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = FOREVER
    return response


def folder() -> Path:
    """Where they lie: with all other files, so that a backup has them."""
    settings: Settings = current_app.extensions["settings"]
    return settings.files / "help"
