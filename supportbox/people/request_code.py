"""The code that proves a contact: six digits sent to it, good for ten minutes, five tries and one use.

Nothing of a code is kept: it follows from the instance's key and its row, so that a stolen database holds none.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

LASTS = timedelta(minutes=10)
TRIES = 5


class RequestCode(Base):
    """A code that was sent to a contact from the page of one ticket."""

    __tablename__ = "request_code"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a number given again would make the same digits again

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


def make_code(session: Session, *, contact_id: int, ticket_id: int, now: datetime) -> RequestCode:
    """A new code; those before it are over."""
    for old in session.scalars(select(RequestCode).where(RequestCode.contact_id == contact_id)):
        session.delete(old)
    session.flush()
    code = RequestCode(contact_id=contact_id, ticket_id=ticket_id, made_at=now)
    session.add(code)
    session.flush()
    return code


def digits_of(key: bytes, code: RequestCode) -> str:
    """The six digits."""
    words = f"{code.id}:{code.contact_id}:{code.ticket_id}:{code.made_at.isoformat()}"
    return f"{int.from_bytes(hmac.digest(key, words.encode(), hashlib.sha256)[:8]) % 1_000_000:06}"


def newest_code(session: Session, ticket_id: int) -> RequestCode | None:
    """The code that was sent last from this ticket's page."""
    query = select(RequestCode).where(RequestCode.ticket_id == ticket_id).order_by(RequestCode.id.desc()).limit(1)
    return session.scalar(query)


def redeem(session: Session, key: bytes, ticket_id: int, text: str, *, now: datetime) -> int | None:
    """The contact that a typed code proves; each look counts as a try, the right one works once."""
    code = newest_code(session, ticket_id)
    if code is None or code.used_at or code.tries >= TRIES or now - code.made_at > LASTS:
        return None
    code.tries += 1
    session.flush()
    typed = "".join(one for one in text if one.isascii() and one.isdigit())
    if not hmac.compare_digest(typed, digits_of(key, code)):
        return None
    code.used_at = now
    session.flush()
    return code.contact_id
