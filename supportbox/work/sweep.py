"""Sweeping: files of messages that no row names, left behind by a filing that failed, go after a day."""

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import JSON, ColumnElement, String, cast, exists, select
from sqlalchemy.orm import Session

from supportbox import models
from supportbox.base import Base
from supportbox.channels.durable import UNFINISHED
from supportbox.inbox.message import Attachment

assert models  # importing it fills Base.metadata with every table that may name a file
log = logging.getLogger("supportbox.work")
# Whoever keeps a file names it in the database within seconds; a day is for clocks that jump.
AGE = timedelta(days=1)
# A 256th part of the files is looked at in a 256th part of a day: the cost is spread, and nothing has to be remembered.
PARTS = 256
TURN = timedelta(days=1) / PARTS
BATCH = 200
# Written by the million, read whole by the search, and known to name no file.
NAMELESS = {"event.data", "message.facts"}
_FILE = re.compile(rf"[0-9a-f]{{32}}(?:{re.escape(UNFINISHED)})?")

# Which of some tokens are in use. Whoever names files elsewhere than in a column `token` or in JSON adds a question.
Question = Callable[[Session, Sequence[str]], set[str]]


class Sweeper:
    """Looks at the part of the files whose turn it is, once a turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = -1

    def sweep(self, session: Session, now: datetime) -> int:
        """Remove what nobody names; returns how many files went. Costs nothing until the next turn."""
        turn = int(now.timestamp() // TURN.total_seconds())
        if turn == self._turn:
            return 0
        self._turn = turn
        old = {path.name: path for path in _old_files(self.folder / f"{turn % PARTS:02x}", now)}
        names = sorted(old)
        batches = (names[start : start + BATCH] for start in range(0, len(names), BATCH))
        unnamed = [name for some in batches for name in _unnamed(session, some)]
        session.commit()
        for name in unnamed:
            old[name].unlink(missing_ok=True)
        if unnamed:
            log.info("removed %d files that no message names", len(unnamed))
        return len(unnamed)


def _old_files(part: Path, now: datetime) -> Iterator[Path]:
    """Files under names that `keep_files` gives, older than a day; anything else there is not ours to touch."""
    oldest = (now - AGE).timestamp()
    try:
        entries = list(os.scandir(part))
    except FileNotFoundError:
        return
    for entry in entries:
        if _FILE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < oldest:
            yield Path(entry.path)


def _unnamed(session: Session, names: Sequence[str]) -> list[str]:
    """Those that nothing in the database names; asked after the folder was read, so that a row is never missed."""
    left = [name for name in names if not name.endswith(UNFINISHED)]
    for question in QUESTIONS:
        named = question(session, left) if left else set()
        left = [name for name in left if name not in named]
    if left and not session.scalar(select(exists(select(Attachment.id)))):
        # A database that knows of no file at all may be another desk's, put here by mistake.
        left = []
    return left + [name for name in names if name.endswith(UNFINISHED)]


def named_by_token(session: Session, tokens: Sequence[str]) -> set[str]:
    """Every table's column `token`: attachments, and whatever else keeps files that way."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        if "token" in table.c:
            found.update(session.scalars(select(table.c.token).where(table.c.token.in_(tokens))))
    return found


def named_in_json(session: Session, tokens: Sequence[str]) -> set[str]:
    """Tokens inside JSON, such as what an agent has not sent yet. Few tokens come this far."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, JSON) and f"{table.name}.{column.name}" not in NAMELESS
    ]
    return {token for token in tokens if any(_holds(session, column, token) for column in columns)}


def _holds(session: Session, column: ColumnElement[object], token: str) -> bool:
    return bool(session.scalar(select(exists(select(column).where(cast(column, String).contains(token))))))


QUESTIONS: list[Question] = [named_by_token, named_in_json]
