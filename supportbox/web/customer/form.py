"""The contact form as it was sent: its fields, its files, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from werkzeug.datastructures import FileStorage

from supportbox.channels.form import Upload, is_address
from supportbox.web.i18n import gettext as _

LONGEST_SUBJECT = 200
LONGEST_MESSAGE = 20_000
MOST_FILES = 5
FILE_MEGABYTES = 10


@dataclass(slots=True)
class Form:
    """Kept whole when something is wrong, so that nobody types anything twice. `trap` is hidden from people."""

    subject: str = ""
    message: str = ""
    name: str = ""
    email: str = ""
    article: str = ""
    stamp: str = ""
    trap: str = ""
    wants_call: bool = False
    phone: str = ""
    slot: str = ""
    problems: dict[str, str] = field(default_factory=dict)


def read_form() -> Form:
    """The fields as they were typed; line ends as everywhere else."""
    given = request.form
    return Form(
        subject=given.get("subject", "").strip()[: LONGEST_SUBJECT + 1],
        message=given.get("message", "").replace("\r\n", "\n").strip(),
        name=given.get("name", "").strip()[:120],
        email=given.get("email", "").strip()[:255],
        article=given.get("article", "")[:250],
        stamp=given.get("stamp", "")[:100],
        trap=given.get("fax_number", ""),
        wants_call="wants_call" in given,
        phone=given.get("phone", "").strip()[:50],
        slot=given.get("slot", "")[:20],
    )


def check(form: Form) -> None:
    """Note what is wrong beside the field that it is about, in the order of the page."""
    if not form.subject:
        form.problems["subject"] = _("Say in a few words what it is about.")
    elif len(form.subject) > LONGEST_SUBJECT:
        form.problems["subject"] = _("Make the subject shorter, and put the rest into the message.")
    check_message(form)
    if not form.email:
        form.problems["email"] = _("Give your e-mail address, so that we can answer.")
    elif not is_address(form.email):
        form.problems["email"] = _("Check your e-mail address: it should look like cleo@example.org.")


def check_message(form: Form) -> None:
    """The message alone."""
    if not form.message:
        form.problems["message"] = _("Write what happened, or what you would like to know.")
    elif len(form.message) > LONGEST_MESSAGE:
        form.problems["message"] = _("Make the message shorter: it may have 20,000 characters.")


def read_uploads(form: Form) -> Sequence[Upload]:
    """The files that came along; a problem is noted for too many, or for one that is too big."""
    given = [one for one in request.files.getlist("files") if one.filename]
    uploads = [_upload(one) for one in given]
    if len(given) > MOST_FILES:
        form.problems["files"] = _("Send at most %(count)s files at once.", count=MOST_FILES)
        return ()
    big = [one.filename for one in uploads if len(one.content) > FILE_MEGABYTES * 1_000_000]
    if big:
        form.problems["files"] = _(
            "“%(name)s” is larger than %(size)s MB. Send a smaller one.", name=big[0], size=FILE_MEGABYTES
        )
        return ()
    return uploads


def _upload(given: FileStorage) -> Upload:
    content = given.stream.read(FILE_MEGABYTES * 1_000_000 + 1)
    given.close()
    return Upload(given.filename or "", given.mimetype or "", content)
