"""Recovery codes: ten, each good once, for the day when the telephone with the second factor is gone."""

import hashlib
import secrets

from sqlalchemy import CursorResult, ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

COUNT = 10
# No letters that look like others when copied by hand; 32 of them, so twelve are 60 bits.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH, _GROUP = 12, 4


class RecoveryCode(Base):
    __tablename__ = "recovery_code"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)


def make_codes(session: Session, agent_id: int, *, key: bytes) -> list[str]:
    """Ten new ones in place of those before; they are shown once and kept as hashes only."""
    forget_codes(session, agent_id)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(COUNT)]
    session.add_all(RecoveryCode(agent_id=agent_id, code_hash=_hash(code, key)) for code in codes)
    session.flush()
    return ["-".join(code[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP)) for code in codes]


def use_code(session: Session, agent_id: int, typed: str, *, key: bytes) -> bool:
    """Whether this is one of the codes that are left; it is none any more."""
    code = "".join(typed.lower().replace("-", " ").split())
    if len(code) != _LENGTH:
        return False
    found = RecoveryCode.agent_id == agent_id, RecoveryCode.code_hash == _hash(code, key)
    result = session.execute(delete(RecoveryCode).where(*found))
    return isinstance(result, CursorResult) and result.rowcount == 1


def count_codes(session: Session, agent_id: int) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.agent_id == agent_id)
    return session.scalar(query) or 0


def forget_codes(session: Session, agent_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))


def _hash(code: str, key: bytes) -> str:
    # Keyed: sixty bits alone could be searched by whoever steals the database without the key.
    return hashlib.blake2b(code.encode(), key=key[:64], digest_size=32).hexdigest()
