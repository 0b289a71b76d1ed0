"""An agent: somebody of ours who answers, and what their role lets them do."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from supportbox.base import Base

Role = Literal["owner", "admin", "agent", "light"]
ROLES: tuple[str, ...] = get_args(Role)


class Agent(Base):
    """`seen_at` is at most some minutes behind; `totp_step` is the last code's half minute, since none counts twice."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="agent")
    password_hash: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")  # none: the business's
    has_keys_off: Mapped[bool] = mapped_column(default=False)
    after_send: Mapped[str] = mapped_column(default="next")  # next, stay, list
    is_away: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[str] = mapped_column(default="")  # the second factor's secret, sealed; none: not in use
    totp_step: Mapped[int] = mapped_column(default=0)
    notices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what differs from the usual matrix
    is_active: Mapped[bool] = mapped_column(default=True)
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def can_reply(self) -> bool:
        """Light agents read and write notes, nothing that reaches a customer."""
        return self.role != "light"

    @property
    def can_manage(self) -> bool:
        return self.role in ("owner", "admin")
