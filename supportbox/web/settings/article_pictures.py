"""Pictures dropped or pasted into the editor."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from supportbox.errors import Refused
from supportbox.kb.picture import BIGGEST
from supportbox.web.help.pictures import keep_picture
from supportbox.web.i18n import explain
from supportbox.web.settings.article_changes import check_writer


def upload() -> ResponseReturnValue:
    """Keep one picture; answers its address, or the sentence that says why not."""
    check_writer()
    given = request.files.get("picture")
    try:
        if given is None:
            raise Refused("This is no picture that browsers show: use PNG, JPEG, GIF or WebP.")
        return jsonify(address=keep_picture(given.stream.read(BIGGEST + 1)))
    except Refused as refused:
        return jsonify(problem=explain(refused)), refused.status
