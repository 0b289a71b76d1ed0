"""The help centre's days: how much was read and searched, a row a day and language."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

COUNTED = ("views", "searches", "empty", "clicks", "helpful_yes", "helpful_no")


class HelpDay(Base):
    """`empty` searches found nothing; `clicks` are articles opened from a page of results."""

    __tablename__ = "help_day"
    __table_args__ = (UniqueConstraint("day", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    lang: Mapped[str]
    views: Mapped[int] = mapped_column(default=0)
    searches: Mapped[int] = mapped_column(default=0)
    empty: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    helpful_yes: Mapped[int] = mapped_column(default=0)
    helpful_no: Mapped[int] = mapped_column(default=0)


def count_day(session: Session, counted: Mapping[tuple[str, str], int], *, day: date) -> None:
    """Add to the day: how often each thing of `COUNTED` happened in each language; keys are (language, thing)."""
    for lang in {lang for lang, _ in counted}:
        row = session.scalar(select(HelpDay).where(HelpDay.day == day, HelpDay.lang == lang))
        if row is None:
            row = HelpDay(day=day, lang=lang, **dict.fromkeys(COUNTED, 0))
            session.add(row)
        for thing in COUNTED:
            setattr(row, thing, getattr(row, thing) + counted.get((lang, thing), 0))
    session.flush()
