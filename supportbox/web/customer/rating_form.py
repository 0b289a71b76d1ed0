"""What the form for a rating shows: what was given, or the face that a letter's link chose."""

from dataclasses import dataclass

from flask import request
from sqlalchemy import bindparam, select

from supportbox.inbox.rating import Rating
from supportbox.web.customer.rows import Request
from supportbox.web.reading import reading

_RATING = select(Rating.verdict, Rating.sentence).where(
    Rating.ticket_id == bindparam("ticket"), Rating.closed_at == bindparam("closed")
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form shows: the verdict that was given, or only the one that a letter's link names."""

    verdict: int
    sentence: str
    is_given: bool


def chosen(asked: Request) -> Chosen | None:
    """None where there is nothing to rate."""
    if asked.status != "closed" or asked.closed_at is None:
        return None
    row = reading().execute(_RATING, {"ticket": asked.id, "closed": asked.closed_at}).first()
    wish = request.args.get("rate", "")
    verdict = int(wish) if wish in ("1", "2", "3") else row.verdict if row else 0
    return Chosen(verdict, row.sentence if row else "", row is not None)
