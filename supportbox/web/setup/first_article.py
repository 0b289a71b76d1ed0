"""The first article: three to begin with, each a draft that its writer finishes."""

from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.slug import make_slug
from supportbox.kb.writing import Writer
from supportbox.web.access import get_viewer
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing

Words = tuple[str, str, str]  # title, summary, body


def show() -> ResponseReturnValue:
    return render("setup_article.html", templates={name: words() for name, words in TEMPLATES.items()})


def create() -> ResponseReturnValue:
    """A draft from one of them, opened in the editor."""
    words = TEMPLATES.get(request.form.get("template", ""))
    if words is None:
        raise Refused("Choose one of the three.")
    title, summary, body = words()
    with writing() as session:
        manuscript = Manuscript(
            slug=make_slug(title),
            lang=page_language(),
            title=title,
            summary=summary,
            body=body,
            category=_("Questions and answers"),
            status="draft",
        )
        with Writer(session, record, clock.now(), agent_id=get_viewer().id) as writer:
            article, _is_new = writer.save(manuscript)
        number = article.id
    return redirect(f"/settings/help/articles/{number}", 303)


def _delivery() -> Words:
    return (
        _("How long does delivery take?"),
        _("When a parcel leaves, and when it arrives."),
        _(
            "We pack orders on working days. What is ordered before 2 pm leaves the same day.\n\n"
            "| Where | How long |\n|---|---|\n| In the country | 2 to 3 working days |\n| Abroad | 5 to 8 working days "
            "|\n\nYou get a letter with a tracking link when the parcel leaves."
        ),
    )


def _returns() -> Words:
    return (
        _("Sending something back"),
        _("How to return an order, and when the money comes."),
        _(
            "You have 14 days to send something back.\n\n1. Write to us with your order number.\n2. Pack it as you got "
            "it.\n3. Stick on the label that we send you.\n\nThe money is back within 7 days of the parcel’s arrival."
        ),
    )


def _contact() -> Words:
    return (
        _("How to reach us"),
        _("Our hours, and what helps us to answer fast."),
        _(
            "We answer from Monday to Friday, 9 am to 6 pm, mostly within a few hours.\n\nIt helps us to know:\n\n"
            "- your order number,\n- what you expected and what happened,\n- a photo, if something is broken."
        ),
    )


TEMPLATES: dict[str, Callable[[], Words]] = {"delivery": _delivery, "returns": _returns, "contact": _contact}
