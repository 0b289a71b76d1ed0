"""The help centre's figures: what was read and asked in a stretch of days, and which articles want care."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from supportbox.kb.article import Article
from supportbox.kb.help_day import COUNTED, HelpDay
from supportbox.kb.suggest import SuggestionCount

STALE_AFTER = timedelta(days=365)
OUTCOMES = ("shown", "opened", "solved", "sent")
# Fewer answers than this say nothing about an article.
ENOUGH_ANSWERS = 5


class Day(NamedTuple):
    """One day of all languages."""

    day: date
    views: int
    searches: int


class Read(NamedTuple):
    """An article and how it is read."""

    id: int
    lang: str
    title: str
    views: int
    helpful_yes: int
    helpful_no: int
    updated_at: datetime

    @property
    def rate(self) -> int | None:
        """Helpful answers in a hundred."""
        answers = self.helpful_yes + self.helpful_no
        return round(100 * self.helpful_yes / answers) if answers else None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a stretch of days. Shares are in a hundred, None where there is nothing to divide by."""

    views: int = 0
    searches: int = 0
    empty: int = 0
    clicks: int = 0
    helpful_yes: int = 0
    helpful_no: int = 0
    shown: int = 0
    opened: int = 0
    solved: int = 0
    sent: int = 0

    @property
    def helpful_share(self) -> int | None:
        return _share(self.helpful_yes, self.helpful_yes + self.helpful_no)

    @property
    def empty_share(self) -> int | None:
        return _share(self.empty, self.searches)

    @property
    def without_click_share(self) -> int | None:
        return _share(max(0, self.searches - self.empty - self.clicks), self.searches)


def totals(session: Session, first: date, last: date) -> Totals:
    """Everything counted from the first day to the last, both included."""
    sums = [func.coalesce(func.sum(getattr(HelpDay, name)), 0) for name in COUNTED]
    offers = [func.coalesce(func.sum(getattr(SuggestionCount, name)), 0) for name in OUTCOMES]
    counted = session.execute(select(*sums).where(HelpDay.day.between(first, last))).one()
    offered = session.execute(select(*offers).where(SuggestionCount.day.between(first, last))).one()
    return Totals(**dict(zip((*COUNTED, *OUTCOMES), (*counted, *offered), strict=True)))


def days(session: Session, first: date, last: date) -> list[Day]:
    """Every day of the stretch, also those on which nothing happened."""
    summed = (
        select(HelpDay.day, func.sum(HelpDay.views), func.sum(HelpDay.searches))
        .where(HelpDay.day.between(first, last))
        .group_by(HelpDay.day)
    )
    there = {row[0]: Day(row[0], int(row[1]), int(row[2])) for row in session.execute(summed)}
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [there.get(day, Day(day, 0, 0)) for day in every]


def most_read(session: Session, limit: int) -> list[Read]:
    """Public articles by their views since they were written."""
    return _read(session, Article.views > 0, Article.views.desc(), limit)


def least_helpful(session: Session, limit: int) -> list[Read]:
    """Public articles by the share of readers whom they did not help, where enough have said so."""
    answers = Article.helpful_yes + Article.helpful_no
    share = case((answers > 0, Article.helpful_no * 1.0 / answers), else_=0.0)
    return _read(session, (answers >= ENOUGH_ANSWERS) & (Article.helpful_no > 0), share.desc(), limit)


def stale(session: Session, limit: int, *, now: datetime) -> list[Read]:
    """Public articles that nobody has changed for a year, the most read first."""
    return _read(session, Article.updated_at < now - STALE_AFTER, Article.views.desc(), limit)


def _read(session: Session, condition: ColumnElement[bool], order: ColumnElement[Any], limit: int) -> list[Read]:
    wanted = select(
        Article.id, Article.lang, Article.title, Article.views, Article.helpful_yes, Article.helpful_no,
        Article.updated_at,
    ).where(Article.status == "public", condition)  # fmt: skip
    return [Read(*row) for row in session.execute(wanted.order_by(order, Article.id).limit(limit))]


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
