"""Lights of the mail: mailboxes fetched, answers sent, letters understood."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supportbox.doctor.light import Light, span
from supportbox.inbox.delivery import WARN, Delivery
from supportbox.inbox.intake import WAITING, Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.business import load_business

STALE = timedelta(minutes=10)


def stale_mailboxes(session: Session, *, now: datetime) -> list[Mailbox]:
    """Active mailboxes without a good poll for ten minutes; a new one has as long for its first."""
    boxes = session.scalars(select(Mailbox).where(Mailbox.is_active, Mailbox.imap_url != "").order_by(Mailbox.id))
    return [box for box in boxes if now - (box.good_poll_at or box.created_at) > STALE]


def mailboxes(session: Session, *, now: datetime) -> list[Light]:
    """One light a mailbox."""
    stale = {box.id for box in stale_mailboxes(session, now=now)}
    boxes = session.scalars(select(Mailbox).where(Mailbox.channel == "email").order_by(Mailbox.id)).all()
    if not boxes:
        fix = "Add one: supportbox mailbox add support@shop.example --imap-url … --smtp-url …"
        return [Light("mailbox", "amber", "There is no mailbox: nobody can write to this desk by mail.", fix)]
    return [_mailbox(box, is_stale=box.id in stale, now=now) for box in boxes]


def _mailbox(box: Mailbox, *, is_stale: bool, now: datetime) -> Light:
    name = f"mailbox {box.address}"
    if not box.is_active:
        return Light(
            name, "amber", f"{box.address} is switched off: it is not fetched.", "Switch it on in the settings."
        )
    if box.oauth_fault:
        return Light(name, "red", f"{box.address}: {box.oauth_fault}", "Sign in again in the settings of this mailbox.")
    if is_stale:
        since = f"since {span(now - box.good_poll_at)}" if box.good_poll_at else "ever"
        reason = f": {box.last_error}" if box.last_error else "."
        test = f"See what stops it: supportbox mailbox test {box.address}"
        return Light(name, "red", f"{box.address} could not be fetched {since}{reason}", test)
    if box.last_error:
        return Light(
            name, "amber", f"The last poll of {box.address} failed: {box.last_error}", "It is tried again soon."
        )
    if box.backlog_total:
        sentence = f"{box.address} is being fetched: {box.backlog_done:,} of {box.backlog_total:,} letters."
        return Light(name, "green", sentence)
    if box.good_poll_at is None:
        return Light(name, "green", f"{box.address} is new and waits for its first poll.")
    return Light(name, "green", f"{box.address} was fetched {span(now - box.good_poll_at)} ago.")


def deliveries(session: Session, *, now: datetime) -> list[Light]:
    """What waits to leave, what failed, and what nobody can be sure of."""
    found = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    counts: dict[str, int] = {state: count for state, count in found}  # noqa: C416 - a row is no pair to mypy
    oldest = session.scalar(select(func.min(Delivery.created_at)).where(Delivery.state.in_(("queued", "sending"))))
    lights = [_queue(counts.get("queued", 0) + counts.get("sending", 0), oldest, now=now)]
    if not load_business(session).is_sending:
        fix = "When this is the real desk: supportbox sending on (or Mailbox health in the settings)."
        lights.append(Light("sending", "amber", "Sending is off, as after a restore: no answer leaves.", fix))
    for state, sentence, fix in (
        ("failed", "could not be delivered.", "Open their tickets: each says why, and can be sent again."),
        ("uncertain", "may or may not have arrived.", "Open their tickets and decide whether to send again."),
    ):
        if counts.get(state):
            lights.append(Light(state, "amber", f"{_counted(counts[state], 'answer')} {sentence}", fix))
    return lights


def _queue(count: int, oldest: datetime | None, *, now: datetime) -> Light:
    if not count or oldest is None:
        return Light("queue", "green", "No answer waits to be sent.")
    age = now - oldest
    sentence = f"{_counted(count, 'answer')} waiting to be sent, the oldest for {span(age)}."
    if age < WARN:
        return Light("queue", "green", sentence)
    return Light("queue", "red", sentence, "Is the SMTP server well? supportbox mailbox test ADDRESS says.")


def intakes(session: Session, *, now: datetime) -> list[Light]:
    """Letters that were kept but not understood."""
    count = session.scalar(select(func.count()).where(Intake.state == "quarantined")) or 0
    # What a paused channel keeps is not late: its own light counts it.
    paused = select(Mailbox.id).where(Mailbox.hook_token.is_not(None), Mailbox.is_active.is_(False))
    waiting = session.scalar(select(func.min(Intake.kept_at)).where(WAITING, Intake.mailbox_id.not_in(paused)))
    lights = []
    if waiting and now - waiting > STALE:
        sentence = f"A letter kept {span(now - waiting)} ago is not a ticket yet."
        lights.append(Light("intake", "red", sentence, "Is a worker running? supportbox work --once"))
    if count:
        fix = (
            "Look at them: supportbox mail list --state quarantined --json; then: supportbox mail replay --quarantined"
        )
        lights.append(Light("quarantine", "amber", f"{_counted(count, 'letter')} in quarantine.", fix))
    return lights or [Light("intake", "green", "Every letter that came in was understood.")]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
