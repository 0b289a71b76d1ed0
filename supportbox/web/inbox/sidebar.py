"""The list of folders beside every page of the inbox, counted once as long as nothing happens."""

from dataclasses import dataclass, field
from time import monotonic

from flask import current_app, g, request
from markupsafe import Markup
from sqlalchemy import func, select

from supportbox.inbox.event import Event
from supportbox.inbox.folders import FOLDERS, Counts, count
from supportbox.web.access import Viewer, csrf_token
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import gettext as _
from supportbox.web.i18n import per_language
from supportbox.web.reading import reading

# Quarantine fills without an event; nothing here is older than this.
SECONDS = 10.0
# Where counting takes long, on a desk with very many open tickets, it may take a twentieth of the time at most.
LONG, SHARE = 0.02, 20
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
    # The list of folders as drawn from these counts: by language, agent and folder.
    drawn: dict[tuple[str, int, str], str] = field(default_factory=dict)


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


def _kept() -> Kept:
    """The present counts; every change leaves an event, so that an unchanged last event means unchanged counts."""
    found: Kept | None = g.get("counts")
    if found is None:
        found = g.counts = _count()
    return found


def _count() -> Kept:
    connection = reading()
    last = g.last_event = connection.execute(_LAST_EVENT).scalar()
    kept: Kept | None = current_app.extensions.get("counts")
    began = monotonic()
    if kept is None or kept.until < began or (kept.event != last and kept.fresh_until < began):
        found = count(connection)
        ended = monotonic()
        kept = Kept(
            found, last, ended + SECONDS, fresh_until=ended + (SHARE * (ended - began) if ended - began > LONG else 0)
        )
        current_app.extensions["counts"] = kept
    return kept


def sidebar(viewer: Viewer, current: str) -> dict[str, object]:
    """What the template of the folders' list is told."""
    kept, closed = _kept(), request.args.get("closed", "")
    return {
        "last_event": g.last_event,
        "nav": _nav(kept, viewer, current),
        "folder": current,
        "status_names": status_names(),
        "suffix": f"?in={current}" if current in FOLDERS else "",
        "hidden": Markup('<input type="hidden" name="csrf_token" value="{}">').format(csrf_token()),
        "just_closed": closed if closed.isdecimal() and len(closed) < 16 else "",
    }


def _nav(kept: Kept, viewer: Viewer, current: str) -> str:
    key = (page_language(), viewer.id, current)
    if key not in kept.drawn:
        found = kept.counts
        kept.drawn[key] = render(
            "inbox/nav.html",
            folders=[(name, label, ICONS[name], found.of(name, viewer.id)) for name, label in folder_names().items()],
            folder=current,
            mailboxes=found.mailboxes if len(found.mailboxes) > 1 else (),
            tags=found.tags,
        )
    return kept.drawn[key]
