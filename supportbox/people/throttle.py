"""A throttle: how often something may happen, counted in the database so that a restart forgets nothing."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base


class Attempt(Base):
    """One try at something limited; `bucket` says at what and by whom, such as `login:ada@example.org`."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_bucket", "bucket", "at"), Index("ix_attempt_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    at: Mapped[datetime]


def allow(session: Session, bucket: str, *, limit: int, within: timedelta, now: datetime) -> bool:
    """Whether one more is allowed now; if so it is counted. Tries older than a day are forgotten on the way."""
    counted = session.scalar(select(func.count()).where(Attempt.bucket == bucket, Attempt.at > now - within))
    if (counted or 0) >= limit:
        return False
    session.execute(delete(Attempt).where(Attempt.at <= now - timedelta(days=1)))
    session.add(Attempt(bucket=bucket, at=now))
    session.flush()
    return True


def forgive(session: Session, bucket: str) -> None:
    """Forget what was counted: the right person has come."""
    session.execute(delete(Attempt).where(Attempt.bucket == bucket))
