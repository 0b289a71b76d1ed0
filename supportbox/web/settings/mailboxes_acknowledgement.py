"""The word that a letter has arrived: on or off, in own words for each language, shown before it is saved."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox.channels.email.acknowledgement import FIELDS, LONGEST, acknowledgement_text, usual_text
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.reference import Reference
from supportbox.store import db
from supportbox.web.frame import render
from supportbox.web.i18n import LANGUAGES
from supportbox.web.reading import writing
from supportbox.web.settings.mailboxes import get_mailbox

EXAMPLE = Reference(1042)


def form(number: int) -> ResponseReturnValue:
    box = get_mailbox(db.session(), number)
    words = {language: str(box.acknowledgements.get(language, "")) for language in LANGUAGES}
    return _draw(box, words, is_on=box.has_acknowledgement)


def save(number: int) -> ResponseReturnValue:
    """Keep the words; or, asked to, only show what customers would get."""
    words = {one: request.form.get(f"text_{one}", "").replace("\r\n", "\n").strip()[:LONGEST] for one in LANGUAGES}
    is_on = "on" in request.form
    if request.form.get("do") == "preview":
        return _draw(get_mailbox(db.session(), number), words, is_on=is_on, is_preview=True)
    with writing() as session:
        box = get_mailbox(session, number)
        box.has_acknowledgement = is_on
        box.acknowledgements = {language: text for language, text in words.items() if text}
    return redirect(f"/settings/mailboxes/{number}/acknowledgement?saved", 303)


def _draw(box: Mailbox, words: dict[str, str], *, is_on: bool, is_preview: bool = False) -> str:
    named = box.name or box.address
    return render(
        "settings/mailbox_acknowledgement.html",
        box=box,
        words=words,
        usual={language: usual_text(language, named) for language in LANGUAGES},
        shown={
            language: acknowledgement_text(text, language, box.name, box.address, str(EXAMPLE))
            for language, text in words.items()
        },
        fields=FIELDS,
        is_on=is_on,
        is_preview=is_preview,
        is_saved="saved" in request.args,
    )
