"""Uploads: files that an agent has attached to words which are not sent yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Refused
from supportbox.inbox.message import columns_of
from supportbox.inbox.parcel import File

MOST_FILES = 20
# Base64 makes a third more of it, and most mail servers take 25 MB.
MOST_BYTES = 18_000_000
# As long as somebody might still come back to a draft; the file itself goes by the worker's sweep.
KEPT = timedelta(days=60)


class Upload(Base):
    """The same columns as an Attachment, with whose it is in place of the message."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    is_inline: Mapped[bool] = mapped_column(default=False)
    content_id: Mapped[str | None]
    at: Mapped[datetime]


def keep_uploads(session: Session, agent_id: int, files: Sequence[File], *, now: datetime) -> None:
    """Note files that are on the disk already; this agent's forgotten ones go."""
    session.execute(delete(Upload).where(Upload.agent_id == agent_id, Upload.at < now - KEPT))
    session.add_all(Upload(agent_id=agent_id, at=now, **columns_of(file)) for file in files)
    session.flush()


def list_uploads(session: Session, agent_id: int, tokens: Sequence[str]) -> list[Upload]:
    """Those of these that are the agent's own, in the order asked for."""
    mine = session.scalars(select(Upload).where(Upload.agent_id == agent_id, Upload.token.in_(tokens[:500])))
    found = {upload.token: upload for upload in mine}
    return [found[token] for token in dict.fromkeys(tokens) if token in found]


def check_uploads(sizes: Sequence[int]) -> None:
    """Refuse more than a letter can carry."""
    if len(sizes) > MOST_FILES:
        raise Refused("A message can carry at most %(count)s files. Remove some, or put them into one archive.",
                      count=MOST_FILES)  # fmt: skip
    if sum(sizes) > MOST_BYTES:
        raise Refused("The files are larger than %(size)s MB together: most mail servers would refuse the letter.",
                      size=MOST_BYTES // 1_000_000)  # fmt: skip


def file_of(upload: Upload) -> File:
    """The upload as a message's file."""
    return File(
        upload.token,
        upload.filename,
        upload.content_type,
        upload.size,
        upload.sha256,
        upload.is_inline,
        upload.content_id,
    )


def forget_uploads(session: Session, agent_id: int, tokens: Sequence[str]) -> None:
    """They belong to a message now, or to nothing."""
    session.execute(delete(Upload).where(Upload.agent_id == agent_id, Upload.token.in_(tokens[:500])))
