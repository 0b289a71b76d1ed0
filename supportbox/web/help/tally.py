"""Counting views and searches: in memory first, written together, so that reading never waits for the disk."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock
from time import monotonic

from flask import current_app, request
from sqlalchemy import update

from supportbox import clock
from supportbox.kb.article import Article
from supportbox.kb.asked import Question, note_questions
from supportbox.web.reading import writing

WRITE_AFTER = 10.0
MOST_WAITING = 200
_ROBOTS = ("bot", "crawl", "spider", "slurp", "preview", "headless")


class Tally:
    """What was counted and is not written yet; the first of a while is written at once, the rest soon after."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._views: Counter[int] = Counter()
        self._questions: list[Question] = []
        self._written = 0.0

    def view(self, article_id: int) -> None:
        with self._lock:
            self._views[article_id] += 1

    def question(self, question: Question) -> None:
        with self._lock:
            self._questions.append(question)

    def due(self) -> tuple[Counter[int], Sequence[Question]]:
        """What should be written now, which is then this caller's to write."""
        with self._lock:
            is_full = len(self._questions) + len(self._views) >= MOST_WAITING
            if not is_full and monotonic() - self._written < WRITE_AFTER:
                return Counter(), ()
            self._written = monotonic()
        return self.take()

    def take(self) -> tuple[Counter[int], Sequence[Question]]:
        """All that waits, which is then this caller's to write."""
        with self._lock:
            views, questions = self._views, self._questions
            self._views, self._questions = Counter(), []
        return views, questions


def viewed(article_id: int) -> None:
    """Somebody reads an article."""
    if not _is_robot():
        _tally().view(article_id)
        _write(*_tally().due())


def asked(query: str, lang: str, results: int) -> None:
    """Somebody searched."""
    if not _is_robot():
        _tally().question(Question(lang, query, results, clock.now()))
        _write(*_tally().due())


def settle() -> None:
    """Write all that waits: before figures are shown, and at the end."""
    _write(*_tally().take())


def _write(views: Counter[int], questions: Sequence[Question]) -> None:
    if not views and not questions:
        return
    with writing() as session:
        for article_id, count in views.items():
            counted = update(Article).where(Article.id == article_id).values(views=Article.views + count)
            session.execute(counted.execution_options(synchronize_session=False))
        note_questions(session, questions)


def _tally() -> Tally:
    found: Tally = current_app.extensions.setdefault("help.tally", Tally())
    return found


def _is_robot() -> bool:
    agent = request.user_agent.string.lower()
    return any(word in agent for word in _ROBOTS)
