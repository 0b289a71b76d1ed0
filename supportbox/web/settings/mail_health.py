"""Mailbox health: how mail comes in and leaves, what was skipped and why, and what to do about it."""

import shutil
from collections.abc import Sequence

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.doctor import intake_figures
from supportbox.doctor.mail import stale_mailboxes
from supportbox.inbox.delivery import PENDING, WARN, Delivery
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import load_business
from supportbox.store import db
from supportbox.web.access import ask_to_sign_in
from supportbox.web.frame import page_language, render
from supportbox.web.times import Times

MOST_DELIVERIES = 50

bp = Blueprint("mail_health", __name__, url_prefix="/settings/mail")
bp.before_request(ask_to_sign_in)


@bp.get("")
def show() -> ResponseReturnValue:
    """Everything on one page; nothing of it changes anything."""
    session, now = db.session(), clock.now()
    boxes = session.scalars(select(Mailbox).where(Mailbox.channel == "email").order_by(Mailbox.id)).all()
    settings = current_app.extensions["settings"]
    return render(
        "settings/mail.html",
        boxes=boxes,
        stale={box.id for box in stale_mailboxes(session, now=now)},
        addresses={box.id: box.address for box in boxes},
        figures=intake_figures.figures(session),
        no_figures=intake_figures.Figures(),
        newest=intake_figures.NEWEST,
        skipped=intake_figures.skipped(session),
        waiting=_waiting(session),
        is_late=_is_late(session),
        undelivered=_undelivered(session),
        is_sending=load_business(session).is_sending,
        free=shutil.disk_usage(settings.instance).free,
        times=Times(now),
        count=_count,
    )


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
    """Answers that somebody has to look after, newest first."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.state.in_(("failed", "uncertain")))
        .order_by(Delivery.id.desc())
        .limit(MOST_DELIVERIES)
    ).all()
