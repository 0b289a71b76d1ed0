"""Addresses that letters come back from for good: after three nothing more is sent there until an agent says so."""

from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base, insert_row
from supportbox.errors import Refused
from supportbox.people.find import normalise

MOST = 3


class HardBounce(Base):
    """One delivery that came back for good, to the address that only its own receiver could know."""

    __tablename__ = "hard_bounce"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


_COUNT = select(func.count()).where(HardBounce.address == bindparam("address"))


def is_suppressed(session: Session, address: str) -> bool:
    """Whether so many letters came back from there that no more are sent."""
    return _count(session, normalise("email", address)) >= MOST


def check_receiver(session: Session, address: str) -> None:
    """Refuse an address that is suppressed."""
    if is_suppressed(session, address):
        raise Refused(
            f"{MOST} letters to {address} came back for good, so no more are sent there. "
            "If the address is good again, send one of them again first."
        )


def count_bounce(session: Session, delivery_id: int, address: str, *, now: datetime) -> bool:
    """Count a delivery that came back, once; whether its address is suppressed by it."""
    if session.get(HardBounce, delivery_id) is not None:
        return False
    address = normalise("email", address)
    insert_row(session, HardBounce, delivery_id=delivery_id, address=address, at=now)
    return _count(session, address) == MOST


def allow_again(session: Session, address: str) -> None:
    """Forget what came back: an agent knows that letters arrive there now."""
    session.execute(delete(HardBounce).where(HardBounce.address == normalise("email", address)))


def _count(session: Session, address: str) -> int:
    return session.connection().execute(_COUNT, {"address": address}).scalar_one()
