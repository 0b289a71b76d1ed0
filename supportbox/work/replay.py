"""Replaying: what was set aside is tried again, at once if no other worker is at work."""

from sqlalchemy import select, update

from supportbox import clock
from supportbox.channels.kinds import open_channel
from supportbox.config import Settings
from supportbox.errors import Conflict, NotFound
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.reference import Reference
from supportbox.store import db, transaction
from supportbox.work.lock import only_worker
from supportbox.work.understand import understand_leftovers


def replay(settings: Settings, number: int | None) -> list[str]:
    """Give one quarantined intake, or all of them, a fresh start; returns a sentence for each."""
    numbers = _chosen(number)
    with transaction() as session:
        chosen = update(Intake).where(Intake.id.in_(numbers), Intake.state == "quarantined")
        session.execute(chosen.values(state="stored", attempts=0, reason=""))
    try:
        with only_worker(settings.instance):
            _understand(settings, numbers)
    except Conflict:
        return [f"Intake {one} waits for the worker, which tries it in its next round." for one in numbers]
    return _outcomes(numbers)


def _chosen(number: int | None) -> list[int]:
    session = db.session()
    if number is None:
        return list(session.scalars(select(Intake.id).where(Intake.state == "quarantined").order_by(Intake.id)))
    intake = session.get(Intake, number)
    if intake is None:
        raise NotFound(f"There is no intake {number}. See: supportbox mail list")
    if intake.state != "quarantined":
        raise Conflict(f"Intake {number} is not in quarantine: it is {intake.state}, and is not replayed.")
    return [number]


def _understand(settings: Settings, numbers: list[int]) -> None:
    session = db.session()
    mailboxes = session.scalars(
        select(Mailbox).where(Mailbox.id.in_(select(Intake.mailbox_id).where(Intake.id.in_(numbers))))
    ).all()
    session.commit()
    for mailbox in mailboxes:
        channel = open_channel(settings, mailbox)
        try:
            # Each further call is a further try; after the last one it is back in quarantine.
            while understand_leftovers(mailbox.id, channel, settings.raw, clock.now):
                continue
        finally:
            channel.close()


def _outcomes(numbers: list[int]) -> list[str]:
    session = db.session()
    session.expire_all()
    rows = session.scalars(select(Intake).where(Intake.id.in_(numbers)).order_by(Intake.id))
    return [f"Intake {row.id}: {_fate(row)}" for row in rows]


def _fate(intake: Intake) -> str:
    where = f" in {Reference(intake.ticket_id)}" if intake.ticket_id else ""
    return f"{intake.state}{where}. {intake.reason}".strip()
