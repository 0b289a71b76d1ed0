"""Did this article answer the question? Readers' answers, with the reason where it did not."""

from datetime import datetime

from sqlalchemy import ForeignKey, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.kb.article import Article

LONGEST_REASON = 1000


class Feedback(Base):
    """One reader's answer. Who it was, nobody knows."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    version: Mapped[int]
    is_helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


def give_feedback(session: Session, article_id: int, version: int, *, is_helpful: bool, now: datetime) -> Feedback:
    """Count an answer."""
    feedback = Feedback(article_id=article_id, version=version, is_helpful=is_helpful, at=now)
    session.add(feedback)
    counter = Article.helpful_yes if is_helpful else Article.helpful_no
    session.execute(update(Article).where(Article.id == article_id).values({counter: counter + 1}))
    session.flush()
    return feedback


def give_reason(session: Session, feedback_id: int, reason: str) -> None:
    """Say what was missing; the first reason stays."""
    feedback = session.get(Feedback, feedback_id)
    if feedback and not feedback.reason:
        feedback.reason = reason.strip()[:LONGEST_REASON]
        session.flush()
