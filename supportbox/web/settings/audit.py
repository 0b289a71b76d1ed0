"""The audit page: who did what and when, newest first, by person and kind, and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, Select, select

from supportbox import clock
from supportbox.people.agent import Agent
from supportbox.people.audit import Audit
from supportbox.web.access import ask_to_sign_in, managers_only
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading
from supportbox.web.settings.audit_sentences import kind_words, sentence
from supportbox.web.times import Times

PAGE_LENGTH, MOST_LINES = 50, 50_000
_MOST_NUMBER = 2**62
_ROWS = (
    select(Audit.id, Audit.at, Audit.kind, Audit.agent_id, Audit.address, Audit.data, Agent.name)
    .outerjoin(Agent, Agent.id == Audit.agent_id)
    .order_by(Audit.id.desc())
)
_PEOPLE = select(Agent.id, Agent.name).order_by(Agent.name)

bp = Blueprint("audit", __name__, url_prefix="/settings/audit")
bp.before_request(ask_to_sign_in)


class Wanted(NamedTuple):
    """What the filter asks for."""

    who: int | None
    kind: str


@bp.get("")
@managers_only
def show() -> str:
    wanted, before = _wanted(), _number("before")
    rows = _read(wanted, before=before, limit=PAGE_LENGTH + 1)
    shown = rows[:PAGE_LENGTH]
    return render(
        "settings/audit.html",
        rows=shown,
        older=shown[-1].id if len(rows) > PAGE_LENGTH else None,
        is_first=before is None,
        wanted=wanted,
        kinds={kind: words[0] for kind, words in kind_words().items()},
        people=reading().execute(_PEOPLE).all(),
        sentence=sentence,
        times=Times(clock.now()),
    )


@bp.get("/audit.csv")
@managers_only
def table() -> ResponseReturnValue:
    """What the filter finds, as one file."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in line] for line in _lines(_wanted()))
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _lines(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    yield _("When"), _("Who"), _("What"), _("From"), _("Kind")
    for row in _read(wanted, before=None, limit=MOST_LINES):
        yield row.at.isoformat(timespec="seconds"), row.name or "", sentence(row.kind, row.data), row.address, row.kind


def _read(wanted: Wanted, *, before: int | None, limit: int) -> Sequence[Row[Any]]:
    query: Select[Any] = _ROWS.limit(limit)
    if wanted.who is not None:
        query = query.where(Audit.agent_id == wanted.who)
    if wanted.kind:
        query = query.where(Audit.kind == wanted.kind)
    if before is not None:
        query = query.where(Audit.id < before)
    return reading().execute(query).all()


def _wanted() -> Wanted:
    return Wanted(_number("who"), request.args.get("kind", "")[:60])


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return min(int(text), _MOST_NUMBER) if text.isascii() and text.isdecimal() and len(text) < 25 else None


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a stranger's words for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
