"""What calls bring, made safe: one file and one Intake for each thing, however often it comes."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from supportbox.channels.durable import write_all
from supportbox.config import Settings
from supportbox.inbox.intake import Intake
from supportbox.store import transaction


@dataclass(frozen=True, slots=True)
class Knock:
    """One thing in a call: the same `outside_id` is the same thing, however often it comes."""

    outside_id: str
    content: Any  # what becomes JSON


def keep_knocks(settings: Settings, mailbox_id: int, knocks: Sequence[Knock], *, now: datetime) -> int:
    """Make what a call brought safe, on the disk and in the database; returns how many of it were new."""
    rows = {number_of(knock.outside_id): knock for knock in knocks}
    with transaction() as session:
        known = set(session.scalars(select(Intake.uid).where(
            Intake.mailbox_id == mailbox_id, Intake.uidvalidity == 0, Intake.uid.in_(rows)
        )))  # fmt: skip
    new = {uid: json.dumps(knock.content).encode() for uid, knock in rows.items() if uid not in known}
    paths = {uid: f"{mailbox_id}/hooks/{now:%Y-%m}/{uid:x}-{secrets.token_hex(4)}.json" for uid in new}
    write_all(settings.raw, {paths[uid]: content for uid, content in new.items()})
    with transaction() as session:
        # Asked again, now that nobody else can write: the same call may have come twice at once.
        here = set(session.scalars(select(Intake.uid).where(
            Intake.mailbox_id == mailbox_id, Intake.uidvalidity == 0, Intake.uid.in_(new)
        )))  # fmt: skip
        fresh = [_row(mailbox_id, uid, paths[uid], content, rows[uid], now) for uid, content in new.items()
                 if uid not in here]  # fmt: skip
        if fresh:
            session.execute(insert(Intake), fresh)
    for uid in here:
        (settings.raw / paths[uid]).unlink(missing_ok=True)
    _ring(settings, mailbox_id)
    return len(fresh)


def number_of(outside_id: str) -> int:
    """The number under which a thing is kept, the same for the same id: 62 bits of its hash."""
    return int.from_bytes(hashlib.sha256(outside_id.encode()).digest()[:8]) >> 2


def _row(mailbox_id: int, uid: int, path: str, content: bytes, knock: Knock, now: datetime) -> dict[str, Any]:
    return {
        "mailbox_id": mailbox_id,
        "uidvalidity": 0,
        "uid": uid,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "path": path,
        "message_id": knock.outside_id[:900],
        "attempts": 0,
        "received_at": now,
        "kept_at": now,
    }


def _ring(settings: Settings, mailbox_id: int) -> None:
    """Leave a mark for the worker, which may be another process."""
    (settings.raw / f"{mailbox_id}" / "hooks" / "rung").touch(mode=0o600)


def mark(settings: Settings, mailbox_id: int) -> int:
    """When a mailbox was last called; another number than before means that something came."""
    try:
        return (settings.raw / f"{mailbox_id}" / "hooks" / "rung").stat().st_mtime_ns
    except OSError:
        return 0
