"""A rating: what the customer thought after their request was closed, one a closing and changeable."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from supportbox.base import Base
from supportbox.errors import Refused
from supportbox.inbox.event import record
from supportbox.inbox.ticket import Ticket

VERDICTS = (1, 2, 3)  # not good, all right, good
LONGEST = 1000


class Rating(Base):
    """`closed_at` says which closing it is about; `agent_id` who had the ticket then."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("ticket_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    closed_at: Mapped[datetime]
    verdict: Mapped[int]
    sentence: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)


def rate(session: Session, ticket: Ticket, verdict: int, sentence: str, *, at: datetime) -> Rating:
    """Keep the customer's verdict on this closing; saying it again changes it."""
    if ticket.status != "closed" or ticket.closed_at is None:
        raise Refused("This request is open again. You can rate it once it is closed.")
    if verdict not in VERDICTS:
        raise Refused("Choose one of the three faces first.")
    rating = find_rating(session, ticket)
    words = " ".join(sentence.split())[:LONGEST]
    if rating is None:
        rating = Rating(ticket_id=ticket.id, closed_at=ticket.closed_at)
        session.add(rating)
    elif (rating.verdict, rating.sentence) == (verdict, words):
        return rating
    rating.verdict, rating.sentence, rating.at, rating.agent_id = verdict, words, at, ticket.assignee_id
    session.flush()
    record(session, "rated", at=at, ticket_id=ticket.id, verdict=verdict, sentence=words)
    ticket.touch(at)
    return rating


def find_rating(session: Session, ticket: Ticket) -> Rating | None:
    """What was said about the last closing."""
    query = select(Rating).where(Rating.ticket_id == ticket.id, Rating.closed_at == ticket.closed_at)
    return session.scalar(query)
