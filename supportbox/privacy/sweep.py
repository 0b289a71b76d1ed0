"""Sweeping: a person's addresses out of every column of every table, and letters that no message came of."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Column, String, Table, delete, func, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from supportbox.base import Base
from supportbox.config import Settings
from supportbox.inbox.intake import Intake
from supportbox.inbox.message import Message
from supportbox.inbox.suppression import HardBounce
from supportbox.people.throttle import Attempt
from supportbox.people.trust import SenderRule
from supportbox.privacy.emptying import ERASED, index_again, unlink_letter
from supportbox.store import db, transaction

GONE = "[…]"
SHORTEST = 3  # a shorter name would be found inside other words
BATCH = 200
# Our own people, places and settings are nobody's to erase; contacts go last, by themselves.
OURS = frozenset({"agent", "mailbox", "setting", "lease", "bookmark", "contact", "customer", "attempt", "sender_rule"})
HEAD_BYTES = 200_000


def hidden(text: str, values: Sequence[str]) -> str:
    """The text without these names and addresses, in whatever case they are written."""
    wanted = sorted((value for value in values if len(value) >= SHORTEST), key=len, reverse=True)
    if not wanted or not text:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", GONE, text, flags=re.IGNORECASE)


def hide_everywhere(values: Sequence[str]) -> None:
    """Take addresses and numbers out of whatever else names them: copies, events, searches, settings of a page."""
    said = [value for value in values if "@" in value or value.startswith("+")]
    if not said:
        return
    with transaction() as session:
        for value in said:
            session.execute(delete(Attempt).where(Attempt.bucket.contains(value, autoescape=True)))
        session.execute(delete(SenderRule).where(SenderRule.value.in_(said)))
        session.execute(delete(HardBounce).where(HardBounce.address.in_(said)))
    for table in Base.metadata.sorted_tables:
        if table.name not in OURS:
            _hide_in(table, said)


def erase_strays(settings: Settings, values: Sequence[str]) -> None:
    """Letters of theirs that no message came of: in quarantine, come back, or ours that came back."""
    linked = select(Message.intake_id).where(Message.intake_id.is_not(None))
    stray = select(Intake.id, Intake.path).where(Intake.path != "", Intake.id.not_in(linked))
    rows = db.session.execute(stray).all()
    db.session.commit()
    wanted = [value.lower().encode() for value in values if "@" in value]
    found = [row for row in rows if _names(settings, row.path, wanted)]
    if not found:
        return
    with transaction() as session:
        for row in found:
            unlink_letter(settings, row.path)
        paths = [row.path for row in found]
        nothing = {"path": "", "message_id": "", "reason": ERASED}
        session.execute(
            update(Intake)
            .where(Intake.path.in_(paths), Intake.state.in_(("stored", "quarantined")))
            .values(state="done")
        )
        session.execute(update(Intake).where(Intake.path.in_(paths)).values(**nothing))


def _names(settings: Settings, path: str, wanted: Sequence[bytes]) -> bool:
    try:
        with (settings.raw / path).open("rb") as file:
            head = file.read(HEAD_BYTES).lower()
    except OSError:
        return False
    return any(value in head for value in wanted)


def _hide_in(table: Table, values: Sequence[str]) -> None:
    """Read without the write lock, then written in small pieces."""
    columns = [column for column in table.c if _is_text(column)]
    keys = list(table.primary_key.columns)
    if not columns:
        return
    says = [
        func.lower(type_coerce(column, String)).contains(value, autoescape=True)
        for column in columns
        for value in values
    ]
    rows = db.session.execute(select(*keys).where(or_(*says))).all()
    db.session.commit()
    for start in range(0, len(rows), BATCH):
        with transaction() as session:
            _hide_rows(session, table, rows[start : start + BATCH], columns, values)


def _hide_rows(
    session: Session, table: Table, rows: Sequence[Any], columns: list[Column[Any]], values: Sequence[str]
) -> None:
    changed: set[int] = set()
    for row in rows:
        here = [column == value for column, value in zip(table.primary_key.columns, row, strict=True)]
        found = session.execute(select(table).where(*here)).mappings().first()
        if found is None:
            continue
        new = {column.name: _without(found[column.name], values) for column in columns}
        new = {name: value for name, value in new.items() if value != found[name]}
        if new:
            session.execute(update(table).where(*here).values(new))
            changed |= set(_tickets_of(table, found))
    index_again(session, sorted(changed))


def _tickets_of(table: Table, row: Any) -> Iterator[int]:
    number = row["id"] if table.name == "ticket" else row.get("ticket_id")
    if table.name in ("ticket", "message", "delivery") and number:
        yield int(number)


def _without(value: Any, values: Sequence[str]) -> Any:
    if isinstance(value, str):
        return hidden(value, values)
    if value is None:
        return None
    return json.loads(hidden(json.dumps(value, ensure_ascii=False), values))


def _is_text(column: Column[Any]) -> bool:
    if column.primary_key or column.unique or column.foreign_keys:
        return False
    return isinstance(column.type, (String, JSON))
