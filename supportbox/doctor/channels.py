"""Lights of the channels beside mail: one each, red with its sentence while what we say does not get through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.doctor.light import Light, span
from supportbox.inbox.delivery import PENDING, Delivery
from supportbox.inbox.intake import WAITING, Intake
from supportbox.inbox.mailbox import Mailbox

GRACE = timedelta(minutes=2)  # a provider that stumbles once is not down
IS_CALLED = Mailbox.hook_token.is_not(None)


@dataclass(frozen=True, slots=True)
class Down:
    """Why what waits at a channel does not leave, as of the last try."""

    why: str
    count: int
    since: datetime


def down_channels(session: Session, *, now: datetime) -> dict[int, Down]:
    """For each mailbox that stands still: what was tried and waits longer than a moment."""
    tried = (PENDING, Delivery.state == "queued", Delivery.last_error != "", Delivery.created_at < now - GRACE)
    query = (
        select(Delivery.mailbox_id, func.count(), func.min(Delivery.created_at), func.max(Delivery.id))
        .join(Mailbox, Mailbox.id == Delivery.mailbox_id)
        .where(*tried, IS_CALLED)
        .group_by(Delivery.mailbox_id)
    )
    rows = session.execute(query).all()
    named = select(Delivery.id, Delivery.last_error).where(Delivery.id.in_([row[3] for row in rows]))
    whys = {number: why for number, why in session.execute(named)}  # noqa: C416 - a row is no pair to mypy
    return {box: Down(whys[last], count, since) for box, count, since, last in rows if box}


def lights(session: Session, *, now: datetime) -> list[Light]:
    """One light a channel; none for a desk that has mail alone."""
    down = down_channels(session, now=now)
    boxes = session.scalars(select(Mailbox).where(IS_CALLED).order_by(Mailbox.id)).all()
    return [_light(box, down.get(box.id), 0 if box.is_active else count_kept(session, box), now=now) for box in boxes]


def count_kept(session: Session, box: Mailbox) -> int:
    """What came and was not understood yet: all that waits while the channel is paused."""
    return session.scalar(select(func.count()).select_from(Intake).where(WAITING, Intake.mailbox_id == box.id)) or 0


def _light(box: Mailbox, down: Down | None, kept: int, *, now: datetime) -> Light:
    name = f"{box.channel} {box.address}"
    if down:
        waiting = f"{down.count} waiting, the oldest for {span(now - down.since)}"
        return Light(name, "red", f"{box.address}: {down.why} ({waiting})", "Test it in the settings of this channel.")
    if not box.is_active:
        sentence = f"{box.address} is paused: what comes is kept until it goes on ({kept} so far)."
        return Light(name, "amber", sentence, "Resume it in the settings.")
    return Light(name, "green", f"{box.address} takes and sends messages.")
