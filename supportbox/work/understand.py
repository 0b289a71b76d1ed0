"""Understanding: what was kept becomes messages in tickets, one commit each; the unreadable waits in quarantine."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from supportbox.channels.channel import Channel, Clock
from supportbox.channels.kept import Desk, Kept
from supportbox.errors import Refused
from supportbox.inbox import told
from supportbox.inbox.callback import note_wish
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.intake import MAX_ATTEMPTS, WAITING, Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.parcel import Incoming, Receipt
from supportbox.inbox.receive import receive
from supportbox.inbox.reference import Reference
from supportbox.inbox.told import Told
from supportbox.mail.limits import LimitBroken
from supportbox.people.business import load_business
from supportbox.store import db, trouble
from supportbox.work.lease import LeaseLost, guarded

IsOver = Callable[[], bool]
STOPPED = "SupportBox stopped each time it read this letter."
log = logging.getLogger("supportbox.work")
# On the bare tables: for one letter after another, the ORM's own care would cost as much as the statements.
_INTAKE, _MESSAGE = Intake.metadata.tables["intake"], Message.metadata.tables["message"]
_SETTLE = (
    update(_INTAKE)
    .where(_INTAKE.c.id == bindparam("intake"))
    .values(state=bindparam("new_state"), reason=bindparam("new_reason"), ticket_id=bindparam("ticket"))
)
_SAME_ID = (
    select(_MESSAGE.c.ticket_id, _MESSAGE.c.body_hash)
    .where(_MESSAGE.c.external_id == bindparam("external_id"))
    .limit(20)
)
_BODY_HASH = select(Delivery.body_hash).where(Delivery.id == bindparam("delivery"))
# The very words of the partial index: with a bound value, SQLite would read the whole table.
_LEFT = select(Intake).where(WAITING, Intake.mailbox_id == bindparam("mailbox")).order_by(Intake.id)


def never() -> bool:
    """For rounds that go on to their end."""
    return False


@dataclass(frozen=True, slots=True)
class _Read:
    """One kept thing after reading: an Incoming, or what went wrong."""

    kept: Kept
    incoming: Incoming | Told | None
    error: Exception | None = None


def understand(
    batch: Sequence[Kept], channel: Channel, raw_folder: Path, clock: Clock, is_over: IsOver = never
) -> None:
    """Turn a batch into messages, in order. Whatever one letter does, the others go on; what is left when the worker
    has to end waits for the next."""
    desk = _desk()
    for kept in batch:
        if is_over():
            return
        _file(_read(kept, channel, raw_folder, desk), clock)


def understand_leftovers(
    mailbox_id: int, channel: Channel, raw_folder: Path, clock: Clock, is_over: IsOver = never
) -> int:
    """Try again what was kept but not understood, each try counted before it is made; returns how many wait still.

    Letters are read in the order in which they were kept, so only the first can be what the last process died of: those
    behind it count one try from the start, and have not had it.
    """
    for number, intake in enumerate(_leftovers(mailbox_id)):
        if is_over():
            break
        if intake.attempts >= MAX_ATTEMPTS:
            _settle(intake.id, "quarantined", intake.reason or STOPPED)
            continue
        if number == 0 and intake.path and not intake.reason and not _survives(intake, channel):
            continue
        if number == 0 or intake.reason or intake.attempts != 1:
            _count_try(intake)
        if intake.path or _is_here_now(intake, channel):
            understand([_kept(intake)], channel, raw_folder, clock)
    return len(_leftovers(mailbox_id))


def _survives(intake: Intake, channel: Channel) -> bool:
    """Whether a process of its own could read the letter; not counted as a try, since it puts nothing at risk."""
    try:
        channel.try_out(replace(_kept(intake), is_suspect=True))
    except Refused as refusal:
        _count_try(intake)
        _fail(_kept(intake), refusal)
        return False
    return True


def _count_try(intake: Intake) -> None:
    with guarded() as session:
        session.execute(update(Intake).where(Intake.id == intake.id).values(attempts=Intake.attempts + 1))


def _is_here_now(intake: Intake, channel: Channel) -> bool:
    """Whether a letter that the server refused before could be fetched; if not, it goes back into quarantine."""
    try:
        channel.fetch_again(intake)
    except Refused as refusal:
        _settle(intake.id, "quarantined", str(refusal))
        return False
    session = db.session()
    session.refresh(intake)
    session.commit()
    return True


def _leftovers(mailbox_id: int) -> Sequence[Intake]:
    session = db.session()
    session.expire_all()
    rows = session.scalars(_LEFT, {"mailbox": mailbox_id}).all()
    session.commit()
    return rows


def _kept(intake: Intake) -> Kept:
    return Kept(intake.id, intake.path, intake.size, intake.received_at, intake.kept_at, intake.message_id)


def _desk() -> Desk:
    """What reading needs to know, as it is now."""
    session = db.session()
    addresses = frozenset(address.lower() for address in session.scalars(select(Mailbox.address)))
    desk = Desk(load_business(session), addresses, _has_sent)
    session.commit()
    return desk


def _has_sent(delivery_id: int, body_hash: str) -> bool:
    session = db.session()
    sent = session.scalar(_BODY_HASH, {"delivery": delivery_id})
    session.commit()
    return bool(sent) and sent == body_hash


def _read(kept: Kept, channel: Channel, raw_folder: Path, desk: Desk) -> _Read:
    try:
        channel.try_out(kept)
        raw = kept.raw if kept.raw is not None else _raw(raw_folder, kept)
        return _Read(kept, channel.read(kept, raw, desk))
    except (OSError, OperationalError):
        # The disk or the database is in trouble, not the letter: it waits, uncounted, until they are well.
        raise
    except Exception as error:
        if trouble(error):
            raise
        return _Read(kept, None, error)  # a letter may break anything; the round records it and goes on


def _raw(raw_folder: Path, kept: Kept) -> bytes:
    try:
        return (raw_folder / kept.path).read_bytes()
    except FileNotFoundError as error:
        raise Refused("Its raw file is missing on the disk.") from error


def _file(read: _Read, clock: Clock) -> None:
    if read.incoming is None:
        return _fail(read.kept, read.error or RuntimeError("nothing was read"))
    try:
        with guarded() as session:
            receipt = _taken(session, read.incoming, clock)
            session.connection().execute(_SETTLE, _settlement(read.kept, receipt))
    except (OperationalError, LeaseLost):
        raise
    except Exception as error:
        if trouble(error):
            raise
        _fail(read.kept, error)


def _taken(session: Session, said: Incoming | Told, clock: Clock) -> Receipt:
    if isinstance(said, Told):
        # No message: the number of a ticket would only be in the way.
        return Receipt(0, None, False, told.note(session, said, now=clock()))
    receipt = _receive(session, said, clock)
    if said.wants_call and receipt.ticket_id and receipt.message_id:
        note_wish(session, said, receipt.ticket_id, now=clock())
    return receipt


def _receive(session: Session, incoming: Incoming, clock: Clock) -> Receipt:
    """Into the inbox, unless the same words with the same id are there: a letter may come by two ways."""
    if not incoming.external_id:
        return receive(session, incoming, now=clock())
    before = session.connection().execute(_SAME_ID, {"external_id": incoming.external_id}).all()
    for ticket_id, body_hash in before:
        if body_hash == incoming.body_hash:
            return Receipt(ticket_id, None, False, f"The same letter again (in {Reference(ticket_id)}).")
    if before:
        other = f"another letter in {Reference(before[0].ticket_id)} has the same Message-ID"
        incoming = replace(incoming, defects=(*incoming.defects, other))
    return receive(session, incoming, now=clock())


def _settlement(kept: Kept, receipt: Receipt) -> dict[str, object]:
    is_own = receipt.ticket_id is None and receipt.message_id is None
    return {
        "intake": kept.intake_id,
        "new_state": "own" if is_own else "done",
        "new_reason": receipt.reason,
        "ticket": receipt.ticket_id or None,
    }


def _fail(kept: Kept, error: Exception) -> None:
    """Write down what went wrong; after the last try, or when no try can help, the letter waits in quarantine."""
    log.warning("intake %d could not be read: %r", kept.intake_id, error)
    reason = str(error) if isinstance(error, Refused) else f"SupportBox stumbled over this letter ({_short(error)})."
    with guarded() as session:
        attempts = session.scalar(select(Intake.attempts).where(Intake.id == kept.intake_id)) or 0
    is_over = isinstance(error, LimitBroken) or attempts >= MAX_ATTEMPTS
    _settle(kept.intake_id, "quarantined" if is_over else "stored", reason)


def _settle(intake_id: int, state: str, reason: str) -> None:
    # Only while it waits: should another worker have filed it meanwhile, that stands.
    waiting = update(Intake).where(Intake.id == intake_id, Intake.state == "stored")
    with guarded() as session:
        session.execute(waiting.values(state=state, reason=reason))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
