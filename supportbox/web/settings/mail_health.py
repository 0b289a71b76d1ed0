"""Mailbox health: how mail comes in and leaves, what was skipped and why, and what to do about it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.doctor import domains, intake_figures
from supportbox.doctor.mail import stale_mailboxes
from supportbox.doctor.sign_in import account, endings
from supportbox.errors import NotFound, Refused
from supportbox.inbox.delivery import PENDING, WARN, Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.people.business import change_business, load_business
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in, get_viewer, managers_only
from supportbox.web.frame import page_language, render
from supportbox.web.noting import note_here
from supportbox.web.reading import forget_business, writing
from supportbox.web.settings.domain_words import say
from supportbox.web.times import Times

MOST_DELIVERIES = 50
# DNS is asked once, however often the button is pressed.
FRESH = timedelta(seconds=15)

bp = Blueprint("mail_health", __name__, url_prefix="/settings/mail")
bp.before_request(ask_to_sign_in)


@bp.get("")
def show() -> ResponseReturnValue:
    """Everything on one page; nothing of it changes anything."""
    session, now, hidden = db.session(), clock.now(), get_viewer().hidden_mailboxes
    shown = Mailbox.channel == "email", Mailbox.id.not_in(hidden)
    boxes = session.scalars(select(Mailbox).where(*shown).order_by(Mailbox.id)).all()
    settings = current_app.extensions["settings"]
    return render(
        "settings/mail.html",
        boxes=boxes,
        stale={box.id for box in stale_mailboxes(session, now=now)},
        addresses={box.id: box.address for box in boxes},
        accounts={box.id: account(box) for box in boxes if box.oauth_sealed},
        endings={box.id: endings(box, now=now) for box in boxes},
        findings={box.id: [say(one) for one in domains.kept(box)] for box in boxes},
        can_manage=get_viewer().can_manage,
        is_saved="saved" in request.args,
        figures=intake_figures.figures(session),
        no_figures=intake_figures.Figures(),
        newest=intake_figures.NEWEST,
        skipped=[one for one in intake_figures.skipped(session) if one.mailbox_id not in hidden],
        waiting=_waiting(session),
        is_late=_is_late(session),
        undelivered=_undelivered(session),
        is_sending=load_business(session).is_sending,
        free=shutil.disk_usage(settings.instance).free,
        times=Times(now),
        count=_count,
    )


@bp.post("/domains")
@managers_only
def check_domains() -> ResponseReturnValue:
    """Ask DNS now, for a few seconds at most, and keep what it says for the page."""
    session, now = db.session(), clock.now()
    last = session.scalar(select(func.min(Mailbox.domain_checked_at)).where(Mailbox.is_active))
    if last is None or now - last > FRESH:
        found = domains.ask(session, current_app.extensions["settings"], current_app.extensions.get("dns"))
        with writing() as write:
            domains.keep(write, found, now=now)
    return redirect("/settings/mail#domains", 303)


@bp.post("/<int:mailbox_id>/secret")
@managers_only
def note_secret(mailbox_id: int) -> ResponseReturnValue:
    """Note when the client secret of a connected mailbox ends."""
    text = request.form.get("until", "").strip()
    try:
        until = datetime.strptime(text, "%Y-%m-%d").replace(hour=12, tzinfo=UTC) if text else None
    except ValueError as error:
        raise Refused("Write the date as 2027-01-31.") from error
    with writing() as session:
        box = session.get(Mailbox, mailbox_id)
        if box is None or not box.oauth_sealed:
            raise NotFound("There is no such mailbox.")
        box.oauth_secret_until = until
    return redirect(f"/settings/mail?saved#box-{mailbox_id}", 303)


@bp.post("/sending")
@managers_only
def switch_sending() -> ResponseReturnValue:
    """Whether letters leave: off after a restore, until somebody says that this is the real desk."""
    state = "on" if request.form.get("to") == "on" else "off"
    with writing() as session:
        if load_business(session).is_sending != (state == "on"):
            change_business(session, is_sending=state == "on")
            note_here(session, f"sending_switched_{state}")
    forget_business()
    return redirect("/settings/mail?saved", 303)


def _count(number: int) -> str:
    """A number as the page's language groups it."""
    return f"{number:,}".replace(",", "\u202f" if page_language() == "fr" else ",")


def _waiting(session: Session) -> tuple[int, object]:
    """How many answers wait to leave, and since when the oldest does."""
    row = session.execute(select(func.count(), func.min(Delivery.created_at)).where(PENDING)).one()
    return row[0], row[1]


def _is_late(session: Session) -> bool:
    oldest = session.scalar(select(func.min(Delivery.created_at)).where(PENDING))
    return oldest is not None and clock.now() - oldest > WARN


def _undelivered(session: Session) -> Sequence[Delivery]:
    """Letters that somebody has to look after, newest first; the desk's own are for those who invite."""
    viewer = get_viewer()
    theirs = Ticket.id.is_not(None) & or_(
        Ticket.mailbox_id.is_(None), Ticket.mailbox_id.not_in(viewer.hidden_mailboxes)
    )
    return session.scalars(
        select(Delivery)
        .outerjoin(Ticket, Ticket.id == Delivery.ticket_id)
        .where(Delivery.state.in_(("failed", "uncertain")), true() if viewer.can_manage else theirs)
        .order_by(Delivery.id.desc())
        .limit(MOST_DELIVERIES)
    ).all()
