"""Trust: addresses and domains that somebody blocked, or said always to believe."""

from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Refused


class SenderRule(Base):
    """`value` is an address, or a domain with its @: `@example.org`. An address wins over its domain."""

    __tablename__ = "sender_rule"

    value: Mapped[str] = mapped_column(primary_key=True)
    is_blocked: Mapped[bool]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime]


_RULES = select(SenderRule.value, SenderRule.is_blocked).where(
    SenderRule.value.in_(bindparam("values", expanding=True))
)


def is_blocked(session: Session, address: str) -> bool | None:
    """True for a blocked sender, False for one who is always trusted, None when nobody said anything."""
    domain = "@" + address.rpartition("@")[2]
    rules = dict(session.connection().execute(_RULES, {"values": [address, domain]}).all())
    return rules.get(address, rules.get(domain))


def set_rule(session: Session, value: str, *, blocked: bool, agent_id: int | None, now: datetime) -> None:
    """Block an address or a domain, or always trust it."""
    value = value.strip().lower()
    if "@" not in value or "." not in value.rpartition("@")[2]:
        raise Refused(f"{value!r} is neither an address nor a domain such as @example.org.")
    forget_rule(session, value)
    session.add(SenderRule(value=value, is_blocked=blocked, agent_id=agent_id, created_at=now))
    session.flush()


def forget_rule(session: Session, value: str) -> None:
    session.execute(delete(SenderRule).where(SenderRule.value == value.strip().lower()))
