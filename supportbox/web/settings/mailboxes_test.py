"""The mailbox wizard, from step 2 to 3: the staged test of the values on the screen, and saving what was tried."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.channels import vault
from supportbox.channels.email.domain import check_domain
from supportbox.channels.email.finding import Finding
from supportbox.channels.email.grants import access_token
from supportbox.channels.email.oauth import renew
from supportbox.channels.email.rehearsal import Rehearsal
from supportbox.channels.email.settle import settle
from supportbox.channels.email.wizard import Unsaved, drop_unsaved
from supportbox.config import Settings
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.throttle import allow
from supportbox.store import db
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, writing
from supportbox.web.settings import mailboxes_wizard as wizard
from supportbox.web.settings.mailboxes_form import read_form
from supportbox.web.settings.mailboxes_words import details, stages
from supportbox.web.setup.progress import go_to, step_of

# Without a script the page comes when all is tried, or after this.
PATIENCE = 20.0
MOST_TESTS = 120
RECENT = timedelta(days=30)


def take_servers() -> ResponseReturnValue:
    """Keep what is right, show what is not; then test it."""
    before = wizard.find_mine()
    if before is None:
        return redirect(wizard.NEW, 303)
    form = read_form(request.form)
    unsaved = form.unsaved(before, current_app.extensions["settings"])
    if form.problems:
        if "password" not in form.problems and form.values["password"]:
            # Typed well once, it need not be typed again because something else is wrong.
            wizard.keep(wizard.with_password(before, unsaved))
        return wizard.draw_servers(unsaved, form), 422
    wizard.keep(unsaved)
    return start(unsaved)


def show() -> ResponseReturnValue:
    """The values, and how far their test has come."""
    unsaved = wizard.get_unsaved()
    return wizard.draw("settings/mailbox_test.html", **_shown(unsaved))


def progress() -> ResponseReturnValue:
    """The part of the page that changes while stages appear."""
    return render("settings/mailbox_stages.html", **_shown(wizard.get_unsaved()))


def again() -> ResponseReturnValue:
    return start(wizard.get_unsaved())


def start(unsaved: Unsaved) -> ResponseReturnValue:
    """Begin a test. A script watches it; without one, the next page comes when it is over."""
    now = clock.now()
    with writing() as session:
        within = timedelta(hours=1)
        is_allowed = allow(session, f"mailbox-test:{get_viewer().id}", limit=MOST_TESTS, within=within, now=now)
    if not is_allowed:
        raise Forbidden("Too many tests. Wait an hour, then try again.")
    settings: Settings = current_app.extensions["settings"]
    try:
        unsaved = _renewed(unsaved, settings, now)
        servers = unsaved.servers(settings)
    except Refused as refused:
        return wizard.draw("settings/mailbox_test.html", **_shown(unsaved, problem=explain(refused))), refused.status
    look_up = current_app.extensions.get("check_domain", _look_up)
    rehearsal = Rehearsal(servers, settings.key("tokens"), clock.now, mark=unsaved.mark, check_domain=look_up)
    _rehearsals()[get_viewer().id] = rehearsal
    if "live" not in request.form:
        rehearsal.wait(PATIENCE)
    return redirect(wizard.TEST, 303)


def save() -> ResponseReturnValue:
    """What was tried becomes a mailbox; untried or failed, one that is not fetched."""
    unsaved, now = wizard.get_unsaved(), clock.now()
    is_good = _is_good(unsaved)
    with writing() as session:
        saved = settle(
            session,
            current_app.extensions["settings"],
            unsaved,
            name=business().name,
            language=business().language,
            since=since_when(request.form.get("since", "today"), now),
            is_active=is_good and "paused" not in request.form,
            now=now,
        )
        drop_unsaved(session, get_viewer().id)
        is_first = bool(step_of(session.connection()))
        if is_first:
            go_to(session, "people")
        number = saved.id
    _rehearsals().pop(get_viewer().id, None)
    return redirect("/setup/people" if is_first else f"/settings/mailboxes/{number}?saved", 303)


def since_when(choice: str, now: datetime) -> datetime | None:
    """From when old mail comes in; None brings in all."""
    if choice == "all":
        return None
    if choice == "recent":
        return now - RECENT
    return now.astimezone(ZoneInfo(business().timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _shown(unsaved: Unsaved, problem: str = "") -> dict[str, object]:
    rehearsal = _rehearsals().get(get_viewer().id)
    if rehearsal and rehearsal.mark != unsaved.mark:
        rehearsal = None
    shown = stages(rehearsal, unsaved.preset, business().timezone)
    servers = f"IMAP {unsaved.url('IMAP')}\nSMTP {unsaved.url('SMTP')}" if not problem else ""
    is_over = rehearsal is None or rehearsal.is_over
    recent, count = rehearsal.counts if rehearsal else (0, 0)
    return {
        "unsaved": unsaved,
        "stages": shown,
        "is_over": is_over,
        "is_good": _is_good(unsaved),
        "was_tried": rehearsal is not None,
        "findings": _findings(rehearsal.findings if rehearsal and is_over else []),
        "recent": recent,
        "count": count,
        "details": details(shown, unsaved.address, servers),
        "problem": problem,
    }


def _findings(found: Sequence[Finding]) -> list[tuple[Finding, str, str]]:
    """Each with its sentence and its fix in the page's language."""
    return [(one, _(one.sentence, **one.values), _(one.fix, **one.values) if one.fix else "") for one in found]


def _is_good(unsaved: Unsaved) -> bool:
    rehearsal = _rehearsals().get(get_viewer().id)
    return rehearsal is not None and rehearsal.mark == unsaved.mark and rehearsal.is_good


def _renewed(unsaved: Unsaved, settings: Settings, now: datetime) -> Unsaved:
    """With a token that is good for the test. What a saved mailbox has is renewed where the worker looks for it."""
    if not unsaved.grant_sealed:
        return unsaved
    box = db.session().get(Mailbox, unsaved.mailbox_id) if unsaved.mailbox_id else None
    if box is not None and box.oauth_sealed == unsaved.grant_sealed:
        access_token(settings, box.id, now)
        db.session().refresh(box)
        fresh = replace(unsaved, grant_sealed=box.oauth_sealed)
    elif now >= (grant := unsaved.grant(settings)).renew_at:
        fresh = replace(unsaved, grant_sealed=vault.seal(settings, renew(grant, now=now).to_text()))
    else:
        return unsaved
    wizard.keep(fresh)
    return fresh


def _look_up(domain: str, smtp_host: str) -> list[Finding]:
    return check_domain(domain, smtp_host=smtp_host)


def _rehearsals() -> dict[int, Rehearsal]:
    """One an agent, in memory: a restart costs a press on "Test again"."""
    known: dict[int, Rehearsal] = current_app.extensions.setdefault("rehearsals", {})
    return known
