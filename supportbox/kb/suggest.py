"""Articles offered before a person is asked, and what came of it, counted by the day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

Outcome = Literal["shown", "opened", "solved", "sent"]
SHORTEST = 3


class SuggestionCount(Base):
    """One article's day: shown under a subject, opened there, solved the matter, or the message was sent anyway."""

    __tablename__ = "suggestion_count"
    __table_args__ = (UniqueConstraint("day", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    article_id: Mapped[int] = mapped_column(index=True)
    shown: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    solved: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)


def count_suggestions(session: Session, counted: Mapping[tuple[int, Outcome], int], *, now: datetime) -> None:
    """Add to the day's counts: how often each article had each outcome."""
    today = now.date()
    for (article_id, outcome), times in counted.items():
        row = session.scalar(
            select(SuggestionCount).where(SuggestionCount.day == today, SuggestionCount.article_id == article_id)
        )
        if row is None:
            row = SuggestionCount(day=today, article_id=article_id, shown=0, opened=0, solved=0, sent=0)
            session.add(row)
        setattr(row, outcome, getattr(row, outcome) + times)
        session.flush()
