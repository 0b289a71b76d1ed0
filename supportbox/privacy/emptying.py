"""A ticket without words: messages, letters, files, addresses and the index's entry go; times and counts stay."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from supportbox.channels.files import path_of
from supportbox.config import Settings
from supportbox.inbox.callback import Callback
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.desk_letter import DeskLetter
from supportbox.inbox.draft import Draft
from supportbox.inbox.event import Event, record
from supportbox.inbox.follow import Follower
from supportbox.inbox.intake import Intake
from supportbox.inbox.merge import Merge
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.presence import Presence
from supportbox.inbox.rating import Rating
from supportbox.inbox.suppression import HardBounce
from supportbox.inbox.ticket import Ticket
from supportbox.search import tickets as ticket_search
from supportbox.search.ticket_words import texts

ERASED = "Erased."
# What an event says that is ours, not theirs.
HARMLESS = frozenset({"assignee", "was", "until", "channel", "verdict", "tag", "into", "ticket", "messages"})
NO_WORDS: dict[str, Any] = {
    "text": "", "visible_text": "", "html": None, "sender_name": "", "sender_value": "", "external_id": None,
    "body_hash": "", "facts": {}, "contact_id": None,
}  # fmt: skip


def empty_ticket(session: Session, settings: Settings, number: int, *, kept: Iterable[int] = (), now: datetime) -> None:
    """Leave nothing of a ticket but its shell. `kept` are messages that somebody else's ticket brought into it."""
    ticket = session.get(Ticket, number)
    if ticket is None:
        return
    keeping = set(kept)
    ids = [one for one in session.scalars(select(Message.id).where(Message.ticket_id == number)) if one not in keeping]
    empty_messages(session, settings, ids)
    empty_deliveries(session, select(Delivery.id).where(Delivery.ticket_id == number))
    for event in session.scalars(select(Event).where(Event.ticket_id == number)):
        event.data = {key: value for key, value in event.data.items() if key in HARMLESS or isinstance(value, int)}
    for model in (Draft, Follower, Presence):
        session.execute(delete(model).where(model.ticket_id == number))
    session.execute(update(DeskLetter).where(DeskLetter.ticket_id == number).values(subject="", text=""))
    session.execute(update(Rating).where(Rating.ticket_id == number).values(sentence=""))
    session.execute(delete(Callback).where(Callback.ticket_id == number))
    _forget_previews(session, number)
    ticket.subject = ticket.subject_key = ticket.preview = ticket.answer_to = ""
    ticket.waiting_since, ticket.link_epoch = None, ticket.link_epoch + 1
    if ticket.erased_at is None:
        ticket.erased_at = now
        record(session, "erased", at=now, ticket_id=number)
    ticket.touch(now)
    session.flush()
    index_again(session, [number])


def empty_messages(session: Session, settings: Settings, ids: Sequence[int]) -> None:
    """Take the words out of these messages, and their files and letters off the disk."""
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        for token in session.scalars(select(Attachment.token).where(Attachment.message_id.in_(part))):
            (settings.files / path_of(token)).unlink(missing_ok=True)
        session.execute(delete(Attachment).where(Attachment.message_id.in_(part)))
        forget_letters(session, settings, select(Message.intake_id).where(Message.id.in_(part)))
        empty_deliveries(session, select(Delivery.id).where(Delivery.message_id.in_(part)))
        session.execute(update(Message).where(Message.id.in_(part)).values(**NO_WORDS))


def forget_letters(session: Session, settings: Settings, intakes: Select[Any]) -> None:
    """Take these letters off the disk as they came. Their rows stay: they say that the letters need no fetching."""
    paths = {path for path in session.scalars(select(Intake.path).where(Intake.id.in_(intakes))) if path}
    for path in paths:
        unlink_letter(settings, path)
    nothing = {"path": "", "message_id": "", "reason": ERASED}
    session.execute(update(Intake).where(Intake.id.in_(intakes)).values(**nothing))
    if paths:  # the same letter by another way shares the file
        session.execute(update(Intake).where(Intake.path.in_(paths)).values(**nothing))


def unlink_letter(settings: Settings, path: str) -> None:
    """A letter's file away; a path that leads elsewhere is none of ours."""
    file: Path = settings.raw / path
    if file.resolve().is_relative_to(settings.raw.resolve()):
        file.unlink(missing_ok=True)


def empty_deliveries(session: Session, which: Select[Any]) -> None:
    """To whom and with which faults, forgotten; what has not left yet never will."""
    ids = list(session.scalars(which))
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        session.execute(delete(HardBounce).where(HardBounce.delivery_id.in_(part)))
        nothing = {"receiver": "", "receiver_name": "", "last_error": "", "external_id": None, "body_hash": ""}
        session.execute(update(Delivery).where(Delivery.id.in_(part)).values(**nothing))
        waiting = update(Delivery).where(Delivery.id.in_(part), Delivery.state == "queued")
        session.execute(waiting.values(state="cancelled"))


def index_again(session: Session, numbers: Sequence[int]) -> None:
    """What search knows of these tickets, from what is left of them."""
    connection = session.connection()
    engine = ticket_search.find_engine(connection)
    if engine and numbers and engine.is_made(connection):
        for start in range(0, len(numbers), 200):
            part = numbers[start : start + 200]
            engine.put(connection, part, texts(connection, part))


def _forget_previews(session: Session, number: int) -> None:
    for merge in session.scalars(select(Merge).where((Merge.ticket_id == number) | (Merge.into_id == number))):
        merge.state = {key: _without_words(key, value) for key, value in merge.state.items()}


def _without_words(key: str, value: object) -> object:
    if key != "preview":
        return value
    return ["" for _ in value] if isinstance(value, list) else ""
