"""Mailboxes: the list, what may be set of each, fetching paused and resumed, and deletion."""

from datetime import UTC, datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.email.wizard import keep_unsaved, unsaved_from
from supportbox.errors import Conflict, NotFound
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.mailbox_ending import end_mailbox, why_it_stays
from supportbox.store import db
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.reading import writing
from supportbox.web.times import Times

LONGEST_SIGNATURE = 2000


def listing() -> ResponseReturnValue:
    """Every mailbox and how it is."""
    boxes = db.session().scalars(select(Mailbox).where(Mailbox.channel == "email").order_by(Mailbox.id)).all()
    return render("settings/mailboxes.html", boxes=boxes, times=Times(clock.now()))


def form(number: int) -> ResponseReturnValue:
    return draw(get_mailbox(db.session(), number))


def save(number: int) -> ResponseReturnValue:
    """Keep name, language, signature, plus addresses, and from when letters count while none has come in."""
    given = request.form
    with writing() as session:
        box = get_mailbox(session, number)
        box.name = " ".join(given.get("name", "").split())[:100]
        box.language = given.get("language", "") if given.get("language") in LANGUAGES else box.language
        box.signature = given.get("signature", "").replace("\r\n", "\n").strip()[:LONGEST_SIGNATURE]
        box.has_plus_addresses = "plus" in given
        if box.good_poll_at is None and "since" in given:
            box.since = _day(given["since"], box.since)
    return redirect(f"/settings/mailboxes/{number}?saved", 303)


def pause(number: int) -> ResponseReturnValue:
    """Stop fetching. Answers are still sent."""
    with writing() as session:
        get_mailbox(session, number).is_active = False
    return redirect(f"/settings/mailboxes/{number}?saved", 303)


def resume(number: int) -> ResponseReturnValue:
    with writing() as session:
        box = get_mailbox(session, number)
        if box.imap_url and not (box.imap_sealed or box.oauth_sealed):
            raise Conflict("This mailbox has no password and no sign-in. Change its servers first.")
        box.is_active = True
    return redirect(f"/settings/mailboxes/{number}?saved", 303)


def reconnect(number: int) -> ResponseReturnValue:
    """Into the wizard with what is known, to change servers, password or sign-in."""
    with writing() as session:
        box = get_mailbox(session, number)
        if not box.imap_url or not box.smtp_url:
            raise Conflict("This mailbox has no servers that could be changed. Add its address again.")
        keep_unsaved(session, get_viewer().id, unsaved_from(box), clock.now())
    return redirect("/settings/mailboxes/new/servers", 303)


def delete(number: int) -> ResponseReturnValue:
    """Take it away, its address typed as proof. Its tickets stay, and are answered by the first mailbox there is."""
    with writing() as session:
        box = get_mailbox(session, number)
        problem = why_it_stays(session, box, request.form.get("address", ""))
        if not problem:
            end_mailbox(session, box)
    if problem:
        return draw(box, deletion_problem=explain(problem)), problem.status
    return redirect("/settings/mailboxes?deleted", 303)


def get_mailbox(session: Session, number: int) -> Mailbox:
    """A mailbox that is there. NotFound for others."""
    box = session.get(Mailbox, number)
    if box is None or box.channel != "email":
        raise NotFound("There is no such mailbox.")
    return box


def draw(box: Mailbox, deletion_problem: str = "") -> str:
    return render(
        "settings/mailbox.html",
        box=box,
        deletion_problem=deletion_problem,
        is_saved="saved" in request.args,
        times=Times(clock.now()),
    )


def _day(text: str, before: datetime | None) -> datetime | None:
    """A day as a date field sends it; empty brings in all."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)
    except ValueError:
        return before
