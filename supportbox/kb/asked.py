"""What readers asked for, and whether anything was found: the list of articles to write next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base

LONGEST = 120


class AskedQuery(Base):
    """One search, however often it was asked; `results` is how many articles the last one found."""

    __tablename__ = "asked_query"
    __table_args__ = (UniqueConstraint("lang", "query"), Index("ix_asked_query_missing", "results", "count"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str]
    query: Mapped[str]
    count: Mapped[int] = mapped_column(default=0)
    results: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)  # articles opened from its results
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Question:
    """One search that a reader made."""

    lang: str
    query: str
    results: int
    at: datetime


def fold_query(query: str) -> str:
    """The form under which equal questions are counted together."""
    return " ".join(query.lower().split())[:LONGEST]


def note_questions(session: Session, questions: Iterable[Question]) -> None:
    """Count searches, oldest first."""
    for question in questions:
        query = fold_query(question.query)
        known = session.scalar(select(AskedQuery).where(AskedQuery.lang == question.lang, AskedQuery.query == query))
        if known is None:
            known = AskedQuery(lang=question.lang, query=query, count=0, clicks=0, first_at=question.at)
            session.add(known)
        known.count += 1
        known.results, known.last_at = question.results, question.at
        session.flush()


def not_found(session: Session, *, limit: int = 100) -> list[AskedQuery]:
    """Asked and not found, the most wanted first."""
    wanted = select(AskedQuery).where(AskedQuery.results == 0)
    return list(session.scalars(wanted.order_by(AskedQuery.count.desc(), AskedQuery.last_at.desc()).limit(limit)))


def note_click(session: Session, lang: str, query: str) -> None:
    """Somebody opened an article among the results of this search."""
    here = (AskedQuery.lang == lang, AskedQuery.query == fold_query(query))
    session.execute(update(AskedQuery).where(*here).values(clicks=AskedQuery.clicks + 1))


def not_opened(session: Session, *, limit: int = 100) -> list[AskedQuery]:
    """Found something, but nobody opened any of it; the most asked first."""
    wanted = select(AskedQuery).where(AskedQuery.results > 0, AskedQuery.clicks == 0, AskedQuery.count > 1)
    return list(session.scalars(wanted.order_by(AskedQuery.count.desc(), AskedQuery.last_at.desc()).limit(limit)))
