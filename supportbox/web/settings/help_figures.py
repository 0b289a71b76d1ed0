"""The page of the help centre's figures: each with its definition, as bars, as tables, and as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

from flask import Response, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.kb import figures
from supportbox.kb.asked import not_found, not_opened
from supportbox.store import db
from supportbox.web.frame import render
from supportbox.web.help import tally
from supportbox.web.help.days import long_day
from supportbox.web.i18n import gettext as _

SPANS = (7, 30, 90)
LONGEST_LIST = 15
BAR_HEIGHT = 100


def show() -> ResponseReturnValue:
    """The figures of the last days."""
    tally.settle()
    session, now, span = db.session(), clock.now(), _span()
    last = now.date()
    series = figures.days(session, last - timedelta(days=span - 1), last)
    highest = max((max(day.views, day.searches) for day in series), default=0)
    return render(
        "articles/figures.html",
        span=span,
        spans=SPANS,
        total=figures.totals(session, series[0].day, last),
        series=series,
        bars=[
            (BAR_HEIGHT * day.views // (highest or 1), BAR_HEIGHT * day.searches // (highest or 1)) for day in series
        ],
        highest=highest,
        most_read=figures.most_read(session, LONGEST_LIST),
        least_helpful=figures.least_helpful(session, LONGEST_LIST),
        stale=figures.stale(session, LONGEST_LIST, now=now),
        not_found=not_found(session, limit=LONGEST_LIST),
        not_opened=not_opened(session, limit=LONGEST_LIST),
        long_day=long_day,
    )


def table() -> ResponseReturnValue:
    """The same as one CSV file."""
    tally.settle()
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in _rows(_span()))
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="help-centre.csv"'
    return response


def _rows(span: int) -> Iterator[tuple[object, ...]]:
    session, now = db.session(), clock.now()
    last = now.date()
    yield _("Table"), _("What"), _("Number"), _("Helped"), _("Did not help")
    for day in figures.days(session, last - timedelta(days=span - 1), last):
        yield _("Views"), day.day.isoformat(), day.views, "", ""
        yield _("Searches"), day.day.isoformat(), day.searches, "", ""
    total = figures.totals(session, last - timedelta(days=span - 1), last)
    for name in figures.OUTCOMES:
        yield _("Suggestions"), name, getattr(total, name), "", ""
    for words, read in (
        (_("Most read"), figures.most_read(session, 1000)),
        (_("Not changed for a year"), figures.stale(session, 1000, now=now)),
    ):
        for one in read:
            yield words, one.title, one.views, one.helpful_yes, one.helpful_no
    for words, asked in (
        (_("Asked and not found"), not_found(session, limit=1000)),
        (_("Found, but nothing opened"), not_opened(session, limit=1000)),
    ):
        for question in asked:
            yield words, question.query, question.count, "", ""


def _span() -> int:
    wanted = request.args.get("days", "")
    return int(wanted) if wanted in map(str, SPANS) else SPANS[1]


def _harmless(cell: object) -> object:
    """A spreadsheet must not take a reader's words for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
