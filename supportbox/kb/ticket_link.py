"""Which tickets an article had to do with: linked in an answer, read before writing, or written from the answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import UniqueConstraint, or_, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.kb.article import Article, Redirect

How = Literal["linked", "followed", "made"]


class ArticleTicket(Base):
    """`how`: an answer links to the article (linked), its reader wrote to us (followed), it was made of an answer."""

    __tablename__ = "article_ticket"
    __table_args__ = (UniqueConstraint("article_id", "ticket_id", "how"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(index=True)
    how: Mapped[str]
    at: Mapped[datetime]


class TicketLink(NamedTuple):
    """One ticket of an article."""

    ticket_id: int
    how: str
    at: datetime


def note_ticket(session: Session, article_id: int, ticket_id: int, how: How, *, at: datetime) -> None:
    """Write down that the two belong together; doing it again changes nothing."""
    here = (ArticleTicket.article_id == article_id, ArticleTicket.ticket_id == ticket_id, ArticleTicket.how == how)
    if session.scalar(select(ArticleTicket.id).where(*here)) is None:
        session.add(ArticleTicket(article_id=article_id, ticket_id=ticket_id, how=how, at=at))
        session.flush()


def tickets_of(session: Session, article_id: int, *, limit: int) -> list[TicketLink]:
    """The tickets of an article, newest first."""
    kept = select(ArticleTicket.ticket_id, ArticleTicket.how, ArticleTicket.at).where(
        ArticleTicket.article_id == article_id
    )
    return [TicketLink(*row) for row in session.execute(kept.order_by(ArticleTicket.id.desc()).limit(limit))]


def articles_at(session: Session, places: Iterable[tuple[str, str]]) -> Sequence[int]:
    """The articles at these addresses, each a language and a slug; former addresses count."""
    wanted = list(dict.fromkeys(places))
    if not wanted:
        return []
    here = tuple_(Article.lang, Article.slug).in_(wanted)
    moved = select(Redirect.article_id).where(tuple_(Redirect.lang, Redirect.slug).in_(wanted))
    return session.scalars(select(Article.id).where(or_(here, Article.id.in_(moved))).order_by(Article.id)).all()
