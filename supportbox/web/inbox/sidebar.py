"""The list of folders beside every page of the inbox, counted once as long as nothing happens."""

from dataclasses import dataclass, field
from time import monotonic, thread_time
from typing import Any

from flask import current_app, g, request
from sqlalchemy import bindparam, func, or_, select

from supportbox.inbox.callback import count_callbacks
from supportbox.inbox.event import Event
from supportbox.inbox.folders import FOLDERS, Counts, count
from supportbox.inbox.views import ORDER, SavedView
from supportbox.web.access import Viewer, get_viewer
from supportbox.web.forged import csrf_field
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.inbox.after_send import just_sent
from supportbox.web.reading import reading

# Quarantine fills without an event; nothing here is older than this.
SECONDS = 10.0
# Where counting takes long, on a desk with very many open tickets, it may take a twentieth of the time at most.
LONG, SHARE = 0.02, 20
_VIEWS = (
    select(SavedView.id, SavedView.name, SavedView.agent_id)
    .where(or_(SavedView.agent_id.is_(None), SavedView.agent_id == bindparam("me")))
    .order_by(*ORDER)
)
_LAST_EVENT = select(func.max(Event.id))
ICONS = {
    "unassigned": "inbox", "mine": "person", "assigned": "people", "open": "open", "waiting": "clock",
    "snoozed": "moon", "closed": "done", "spam": "spam", "quarantine": "shield", "deleted": "bin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    counts: Counts
    event: int | None
    until: float
    fresh_until: float
    callbacks: int = 0  # calls that wait to be made
    # What was drawn from these counts: by language, agent and what it is.
    drawn: dict[tuple[object, ...], str] = field(default_factory=dict)


@per_language
def folder_names() -> dict[str, str]:
    """What each folder is called on the page, in the order of the list."""
    return {
        "unassigned": _("Unassigned"),
        "mine": _("Mine"),
        "assigned": _("Assigned"),
        "open": _("All open"),
        "waiting": _("Waiting"),
        "snoozed": _("Snoozed"),
        "closed": _("Closed"),
        "spam": _("Spam"),
        "quarantine": _("Quarantine"),
        "deleted": _("Deleted"),
    }


@per_language
def status_names() -> dict[str, str]:
    return {"open": _("Open"), "waiting": _("Waiting"), "closed": _("Closed"), "spam": _("Spam")}


def counts() -> Counts:
    return _kept().counts


def callback_count() -> int:
    """How many calls wait to be made."""
    return _kept().callbacks


def drawn(template: str, *key: object, **values: Any) -> str:
    """A part of the page that changes only when the counts do: drawn once for this agent and key."""
    kept = _kept()
    whole = (page_language(), get_viewer().id, template, *key)
    if whole not in kept.drawn:
        kept.drawn[whole] = render(template, counts=kept.counts, **values)
    return kept.drawn[whole]


def forget_counts() -> None:
    """What is kept is out of date without an event that says so."""
    current_app.extensions.pop("counts", None)
    g.pop("counts", None)


def _kept() -> Kept:
    """The present counts; every change leaves an event, so that an unchanged last event means unchanged counts."""
    found: Kept | None = g.get("counts")
    if found is None:
        found = g.counts = _count(get_viewer().hidden_mailboxes)
    return found


def _count(hidden: frozenset[int]) -> Kept:
    """Kept apart for those to whom the same mailboxes are hidden: on most desks that is everybody."""
    connection = reading()
    last = g.last_event = connection.execute(_LAST_EVENT).scalar()
    all_kept: dict[frozenset[int], Kept] = current_app.extensions.setdefault("counts", {})
    kept = all_kept.get(hidden)
    began = monotonic()
    if kept is None or kept.until < began or (kept.event != last and kept.fresh_until < began):
        # SQLite counts in this thread: waiting for a busy machine is no reason to count less often.
        watch = thread_time if connection.dialect.name == "sqlite" else monotonic
        spent = -watch()
        found = count(connection, hidden)
        spent, ended = spent + watch(), monotonic()
        kept = all_kept[hidden] = Kept(
            found,
            last,
            ended + SECONDS,
            fresh_until=ended + (SHARE * spent if spent > LONG else 0),
            callbacks=count_callbacks(connection, hidden),
        )
    return kept


def sidebar(viewer: Viewer, current: str) -> dict[str, object]:
    """What the template of the folders' list is told."""
    _kept()
    closed = request.args.get("closed", "")
    return {
        "nav": _nav(viewer, current),
        "last_event": g.last_event,
        "folder": current,
        "status_names": status_names(),
        "suffix": f"?in={current}" if current in FOLDERS else "",
        "hidden": csrf_field(),
        "just_sent": just_sent(),
        "just_closed": closed if closed.isdecimal() and len(closed) < 16 else "",
    }


def _nav(viewer: Viewer, current: str) -> str:
    found, key = counts(), (page_language(), viewer.id, "inbox/nav.html", current)
    kept = _kept().drawn
    if key not in kept:
        kept[key] = render(
            "inbox/nav.html",
            folders=[(name, label, ICONS[name], found.of(name, viewer.id)) for name, label in folder_names().items()],
            current=current,
            callbacks=_kept().callbacks,
            mailboxes=found.mailboxes if len(found.mailboxes) > 1 else (),
            tags=found.tags,
            views=reading().execute(_VIEWS, {"me": viewer.id}).all(),
        )
    return kept[key]
