"""A claimed way to reach somebody: proven by six digits sent to it, good for ten minutes, five tries and one use.

Nothing of a code is kept: it follows from the instance's key and its row, so that a stolen database holds none.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

PURPOSES = ("continue", "choice", "safe", "others")
LASTS = timedelta(minutes=10)
TRIES = 5


class ContactClaim(Base):
    """What somebody says is theirs, on the page of one ticket; it is nobody's contact before it is proven."""

    __tablename__ = "contact_claim"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a number given again would make the same digits again

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    purpose: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str]
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


def make_claim(session: Session, *, ticket_id: int, purpose: str, kind: str, value: str, now: datetime) -> ContactClaim:
    """A new one; those before it on the same page are over."""
    old = ContactClaim.ticket_id == ticket_id, ContactClaim.purpose == purpose
    session.execute(delete(ContactClaim).where(*old))
    claim = ContactClaim(ticket_id=ticket_id, purpose=purpose, kind=kind, value=value, made_at=now)
    session.add(claim)
    session.flush()
    return claim


def claim_digits(key: bytes, claim: ContactClaim) -> str:
    """The six digits."""
    words = f"{claim.id}:{claim.ticket_id}:{claim.purpose}:{claim.kind}:{claim.value}:{claim.made_at.isoformat()}"
    return f"{int.from_bytes(hmac.digest(key, words.encode(), hashlib.sha256)[:8]) % 1_000_000:06}"


def redeem_claim(
    session: Session, key: bytes, ticket_id: int, purpose: str, text: str, *, now: datetime
) -> ContactClaim | None:
    """The claim that a typed code proves; each look counts as a try, the right one works once."""
    query = select(ContactClaim).where(ContactClaim.ticket_id == ticket_id, ContactClaim.purpose == purpose)
    claim = session.scalar(query.order_by(ContactClaim.id.desc()).limit(1))
    if claim is None or claim.used_at or claim.tries >= TRIES or now - claim.made_at > LASTS:
        return None
    claim.tries += 1
    session.flush()
    typed = "".join(one for one in text if one.isascii() and one.isdigit())
    if not hmac.compare_digest(typed, claim_digits(key, claim)):
        return None
    claim.used_at = now
    session.flush()
    return claim
