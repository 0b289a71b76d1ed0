"""Counting views and searches: in memory first, written together, so that reading never waits for the disk."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock
from time import monotonic
from typing import NamedTuple

from flask import current_app, request
from sqlalchemy import update

from supportbox import clock
from supportbox.kb.article import Article
from supportbox.kb.asked import Question, note_click, note_questions
from supportbox.kb.help_day import count_day
from supportbox.kb.suggest import Outcome, count_suggestions
from supportbox.web.reading import writing

WRITE_AFTER = 10.0
MOST_WAITING = 200
_ROBOTS = ("bot", "crawl", "spider", "slurp", "preview", "headless")


class Counted(NamedTuple):
    """What is to be written now."""

    views: Counter[int] = Counter()
    questions: Sequence[Question] = ()
    offers: Counter[tuple[int, Outcome]] = Counter()
    days: Counter[tuple[str, str]] = Counter()
    clicks: Sequence[tuple[str, str]] = ()


class Tally:
    """What was counted and is not written yet; the first of a while is written at once, the rest soon after."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._views: Counter[int] = Counter()
        self._questions: list[Question] = []
        self._offers: Counter[tuple[int, Outcome]] = Counter()
        self._days: Counter[tuple[str, str]] = Counter()
        self._clicks: list[tuple[str, str]] = []
        self._written = 0.0

    def view(self, article_id: int, lang: str) -> None:
        with self._lock:
            self._views[article_id] += 1
            self._days[lang, "views"] += 1

    def question(self, question: Question) -> None:
        with self._lock:
            self._questions.append(question)
            self._days[question.lang, "searches"] += 1
            self._days[question.lang, "empty"] += not question.results

    def click(self, query: str, lang: str) -> None:
        with self._lock:
            self._clicks.append((lang, query))
            self._days[lang, "clicks"] += 1

    def offer(self, article_id: int, outcome: Outcome) -> None:
        with self._lock:
            self._offers[article_id, outcome] += 1

    def due(self) -> Counted:
        """What should be written now, which is then this caller's to write."""
        with self._lock:
            waiting = (self._questions, self._views, self._offers, self._clicks)
            is_full = sum(map(len, waiting)) >= MOST_WAITING
            if not is_full and monotonic() - self._written < WRITE_AFTER:
                return Counted()
            self._written = monotonic()
        return self.take()

    def take(self) -> Counted:
        """All that waits, which is then this caller's to write."""
        with self._lock:
            counted = Counted(self._views, tuple(self._questions), self._offers, self._days, tuple(self._clicks))
            self._views, self._questions, self._offers = Counter(), [], Counter()
            self._days, self._clicks = Counter(), []
        return counted


def viewed(article_id: int, lang: str, asked_for: str = "") -> None:
    """Somebody reads an article, perhaps one that they found by asking for something."""
    if not _is_robot():
        _tally().view(article_id, lang)
        if asked_for:
            _tally().click(asked_for, lang)
        _write(_tally().due())


def asked(query: str, lang: str, results: int) -> None:
    """Somebody searched."""
    if not _is_robot():
        _tally().question(Question(lang, query, results, clock.now()))
        _write(_tally().due())


def offered(article_id: int, outcome: Outcome) -> None:
    """An article was offered before somebody wrote to us, or something came of that."""
    _tally().offer(article_id, outcome)
    _write(_tally().due())


def settle() -> None:
    """Write all that waits: before figures are shown, and at the end."""
    _write(_tally().take())


def _write(counted: Counted) -> None:
    if not (counted.views or counted.questions or counted.offers):
        return
    with writing() as session:
        for article_id, count in counted.views.items():
            more = update(Article).where(Article.id == article_id).values(views=Article.views + count)
            session.execute(more.execution_options(synchronize_session=False))
        note_questions(session, counted.questions)
        for lang, query in counted.clicks:
            note_click(session, lang, query)
        count_suggestions(session, counted.offers, now=clock.now())
        count_day(session, counted.days, day=clock.now().date())


def _tally() -> Tally:
    found: Tally = current_app.extensions.setdefault("help.tally", Tally())
    return found


def _is_robot() -> bool:
    agent = request.user_agent.string.lower()
    return any(word in agent for word in _ROBOTS)
