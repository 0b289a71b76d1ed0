"""Keeping letters before anybody reads them: files synced and named, then one durable commit for the batch."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from supportbox.channels.durable import write_all
from supportbox.channels.email.trial import BIG
from supportbox.channels.kept import Kept
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db, transaction

HEADERS_ONLY = ".headers.eml"
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_HEAD_BYTES = 16 * 1024
_INSERT = insert(Intake).returning(Intake.id, sort_by_parameter_order=True)
_MOVE = (
    update(Mailbox)
    .where(Mailbox.id == bindparam("mailbox"))
    .values(
        uidvalidity=bindparam("validity"),
        last_uid=bindparam("uid"),
        backlog_done=bindparam("done"),
        backlog_total=bindparam("total"),
    )
    .execution_options(synchronize_session=False)
)
_KNOWN = select(Intake.uid).where(
    Intake.mailbox_id == bindparam("mailbox"),
    Intake.uidvalidity == bindparam("validity"),
    Intake.uid.in_(bindparam("uids", expanding=True)),
)
_SAME_BYTES = (
    select(Intake.id, Intake.sha256, Intake.path, Intake.ticket_id)
    .where(Intake.sha256.in_(bindparam("hashes", expanding=True)))
    .order_by(Intake.id.desc())
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One letter as the server gave it. `refusal` says why it gave none; `is_whole` is false for headers alone."""

    uid: int
    raw: bytes
    size: int
    received_at: datetime | None
    is_whole: bool = True
    refusal: str = ""


def keep(
    raw_folder: Path,
    mailbox_id: int,
    uidvalidity: int,
    letters: list[Fetched],
    *,
    up_to: int,
    now: datetime,
    progress: tuple[int, int] = (0, 0),
) -> list[Kept]:
    """Make a batch safe and move the bookmark to `up_to`; returns those that wait to be understood. `progress` is how
    far a long fetch has come: letters, of how many."""
    rows = [_row(letter, mailbox_id, uidvalidity, now) for letter in letters]
    raws = {row["path"]: letter.raw for row, letter in zip(rows, letters, strict=True) if row["path"]}
    write_all(raw_folder, raws)
    with transaction() as session:
        rows = _unknown(session, rows)
        doubles = _mark_doubles(session, rows)
        numbers = list(session.scalars(_INSERT, rows)) if rows else []
        moved = {"mailbox": mailbox_id, "validity": uidvalidity, "uid": up_to}
        session.execute(_MOVE, {**moved, "done": progress[0], "total": progress[1]})
    for path in doubles:
        (raw_folder / path).unlink(missing_ok=True)
    # A big letter does not stay in memory while it waits.
    held = {path: raw for path, raw in raws.items() if len(raw) <= BIG}
    return [
        Kept(number, row["path"], row["size"], row["received_at"], now, row["message_id"], held.get(row["path"]))
        for number, row in zip(numbers, rows, strict=True)
        if row["state"] == "stored"
    ]


def keep_again(raw_folder: Path, intake: Intake, letter: Fetched) -> None:
    """Make a letter safe whose intake has been waiting for it."""
    row = _row(letter, intake.mailbox_id, intake.uidvalidity, intake.kept_at)
    write_all(raw_folder, {row["path"]: letter.raw})
    found = {name: row[name] for name in ("path", "sha256", "size", "message_id")}
    with transaction() as session:
        session.execute(update(Intake).where(Intake.id == intake.id).values(found))


def last_batch(mailbox_id: int, uidvalidity: int, most: int) -> list[int]:
    """The numbers of the letters that were kept last, together."""
    session = db.session()
    rows = session.execute(
        select(Intake.uid, Intake.kept_at)
        .where(Intake.mailbox_id == mailbox_id, Intake.uidvalidity == uidvalidity)
        .order_by(Intake.uid.desc())
        .limit(most)
    ).all()
    session.commit()
    return sorted(uid for uid, kept_at in rows if kept_at == rows[0].kept_at)


def _row(letter: Fetched, mailbox_id: int, uidvalidity: int, now: datetime) -> dict[str, Any]:
    # One folder for a thousand letters: few enough for any file system, and most batches sync just one.
    ending = ".eml" if letter.is_whole else HEADERS_ONLY
    path = f"{mailbox_id}/{uidvalidity}/{letter.uid // 1000}/{letter.uid}{ending}"
    found = _MESSAGE_ID.search(letter.raw, 0, _HEAD_BYTES)
    return {
        "mailbox_id": mailbox_id,
        "uidvalidity": uidvalidity,
        "uid": letter.uid,
        "sha256": hashlib.sha256(letter.raw).hexdigest() if letter.raw else "",
        "size": letter.size,
        "path": "" if letter.refusal else path,
        "state": "quarantined" if letter.refusal else "stored",
        "reason": letter.refusal,
        "attempts": 1,
        "message_id": found[1].decode("ascii", "replace") if found else "",
        "received_at": letter.received_at or now,
        "kept_at": now,
        "ticket_id": None,
    }


def _unknown(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that nobody has kept yet, by the server's own numbers."""
    if not rows:
        return []
    found = {"mailbox": rows[0]["mailbox_id"], "validity": rows[0]["uidvalidity"], "uids": [row["uid"] for row in rows]}
    known = set(session.scalars(_KNOWN, found))
    return [row for row in rows if row["uid"] not in known]


def _mark_doubles(session: Session, rows: list[dict[str, Any]]) -> list[str]:
    """The same bytes again, by another way or under a new number: noted as done; the paths of files not needed."""
    hashes = [row["sha256"] for row in rows if row["sha256"]]
    before = {
        sha256: (number, path, ticket_id)
        for number, sha256, path, ticket_id in session.execute(_SAME_BYTES, {"hashes": hashes})
    }
    unneeded = []
    for row in rows:
        if not row["sha256"] or row["state"] != "stored":
            continue
        if row["sha256"] in before:
            number, path, ticket_id = before[row["sha256"]]
            unneeded.append(row["path"])
            again = f"The same letter again (as intake {number})." if number else "The same letter again."
            row.update(state="done", reason=again, path=path, ticket_id=ticket_id)
        else:
            before[row["sha256"]] = (0, row["path"], None)
    return unneeded
