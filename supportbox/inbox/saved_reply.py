"""Saved replies: words that are sent often, in folders and languages."""

import re
import unicodedata
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKey, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Forbidden, NotFound, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.agent import Agent

LONGEST_NAME = 100
LONGEST = 20_000
LISTED = 8
_ACCENTS = re.compile(r"[\u0300-\u036f]+")


class SavedReply(Base):
    """Without a language it is for all of them, without a mailbox likewise; `place` is its order in its folder."""

    __tablename__ = "saved_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    body: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"))
    place: Mapped[int] = mapped_column(default=0)
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Row(NamedTuple):
    """A saved reply as lists need it."""

    id: int
    name: str
    folder: str
    language: str
    mailbox_id: int | None
    uses: int
    body: str
    place: int


_ALL = select(
    SavedReply.id, SavedReply.name, SavedReply.folder, SavedReply.language, SavedReply.mailbox_id, SavedReply.uses,
    SavedReply.body, SavedReply.place,
).order_by(SavedReply.folder, SavedReply.place, SavedReply.id)  # fmt: skip


def list_replies(connection: Connection) -> list[Row]:
    """All of them, by folder and place."""
    return [Row(*row) for row in connection.execute(_ALL)]


def find_replies(
    connection: Connection, words: str, *, language: str = "", mailbox_id: int | None = None, most: int = LISTED
) -> list[Row]:
    """Those that hold every word, best first: the name before the text, the ticket's language, the most used."""
    wanted = folded(words).split()
    ranked = []
    for row in list_replies(connection):
        if row.mailbox_id not in (None, mailbox_id):
            continue
        name, whole = folded(f"{row.name} {row.folder}"), ""
        in_name = all(word in name for word in wanted)
        if not in_name:
            whole = f"{name} {folded(row.body)}"
        if in_name or all(word in whole for word in wanted):
            starts = bool(wanted) and name.startswith(wanted[0])
            known = row.language == language
            ranked.append(((not in_name, not known and bool(row.language), not starts, not known, -row.uses), row))
    ranked.sort(key=lambda pair: (pair[0], pair[1].name))
    return [row for _, row in ranked[:most]]


def folded(text: str) -> str:
    """Without case and accents, for whoever types in a hurry."""
    if text.isascii():
        return text.lower()
    # Character by character only where there are any accents: a thousand texts are searched while somebody types.
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def save_reply(
    session: Session,
    agent: Agent,
    *,
    name: str,
    body: str,
    now: datetime,
    reply_id: int | None = None,
    folder: str = "",
    language: str = "",
    mailbox_id: int | None = None,
) -> SavedReply:
    """Add one at the end of its folder, or change one."""
    _check(agent, name, body)
    if mailbox_id is not None and session.get(Mailbox, mailbox_id) is None:
        raise NotFound("There is no such mailbox.")
    saved = get_reply(session, reply_id) if reply_id else SavedReply(created_at=now, uses=0)
    folder = " ".join(folder.split())[:LONGEST_NAME]
    if not reply_id or saved.folder != folder:
        last = session.scalar(select(func.max(SavedReply.place)).where(SavedReply.folder == folder))
        saved.place = (last or 0) + 1
    saved.name, saved.body, saved.folder = " ".join(name.split()), body.replace("\r\n", "\n").strip(), folder
    saved.language, saved.mailbox_id, saved.updated_at = language, mailbox_id, now
    session.add(saved)
    session.flush()
    return saved


def delete_reply(session: Session, agent: Agent, reply_id: int) -> None:
    _check_agent(agent)
    session.delete(get_reply(session, reply_id))
    session.flush()


def move_reply(session: Session, agent: Agent, reply_id: int, step: int) -> None:
    """One place up (-1) or down (1) within its folder."""
    _check_agent(agent)
    saved = get_reply(session, reply_id)
    beside = session.scalars(
        select(SavedReply).where(SavedReply.folder == saved.folder).order_by(SavedReply.place, SavedReply.id)
    ).all()
    order = list(beside)
    at = order.index(saved)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for place, one in enumerate(order, 1):
        one.place = place
    session.flush()


def get_reply(session: Session, reply_id: int) -> SavedReply:
    """The saved reply of that number; NotFound when there is none."""
    saved = session.get(SavedReply, reply_id)
    if saved is None:
        raise NotFound("There is no such saved reply.")
    return saved


def note_uses(session: Session, reply_ids: set[int]) -> None:
    """They were sent once more."""
    if reply_ids:
        used = update(SavedReply).where(SavedReply.id.in_(bindparam("ids", expanding=True)))
        session.execute(used.values(uses=SavedReply.uses + 1), {"ids": sorted(reply_ids)})


def _check(agent: Agent, name: str, body: str) -> None:
    _check_agent(agent)
    if not name.strip() or not body.strip():
        raise Refused("A saved reply needs a name and a text.")
    if len(name) > LONGEST_NAME or len(body) > LONGEST:
        raise Refused("A saved reply may have a name of 100 and a text of 20,000 characters.")


def _check_agent(agent: Agent) -> None:
    if not agent.can_reply:
        raise Forbidden("Light agents use no saved replies.")
