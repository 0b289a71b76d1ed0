"""The mailbox wizard, steps 1 and 2: the address and what it tells, then the password and the servers."""

from dataclasses import replace
from typing import Any

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock
from supportbox.channels.email.accounts import check_address
from supportbox.channels.email.discover import Discovery, DnsMailHosts, discover
from supportbox.channels.email.presets import PRESETS
from supportbox.channels.email.wizard import Unsaved, find_unsaved, keep_unsaved
from supportbox.config import Settings
from supportbox.errors import Conflict, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.store import db
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing
from supportbox.web.settings.mailboxes_form import SECURITIES, ServersForm, form_of
from supportbox.web.settings.mailboxes_sign_in import offer
from supportbox.web.settings.mailboxes_words import app_password_steps, password_help
from supportbox.web.setup.progress import step_of

NEW = "/settings/mailboxes/new"
SERVERS = f"{NEW}/servers"
TEST = f"{NEW}/test"


def address() -> ResponseReturnValue:
    """Step 1, with the address of last time."""
    unsaved = find_mine()
    known = unsaved.address if unsaved and unsaved.mailbox_id is None else ""
    return draw("settings/mailbox_address.html", address=known, problem="", count=_count())


def take_address() -> ResponseReturnValue:
    """Look up whose mail it is, and go on to the servers."""
    typed = request.form.get("address", "").strip()[:300]
    try:
        checked = check_address(typed)
    except Refused:
        sentence = _("This is no mail address. One looks like support@example.org.")
        return draw("settings/mailbox_address.html", address=typed, problem=sentence, count=_count()), 422
    if _is_taken(checked):
        sentence = _("This mailbox is here already.")
        return draw("settings/mailbox_address.html", address=typed, problem=sentence, count=_count()), 409
    before = find_mine()
    if before is None or before.address != checked or before.mailbox_id is not None:
        keep(_discovered(checked))
    return redirect(SERVERS, 303)


def servers() -> ResponseReturnValue:
    """Step 2, filled in by what was found or typed."""
    unsaved = find_mine()
    return draw_servers(unsaved, form_of(unsaved)) if unsaved else redirect(NEW, 303)


def get_unsaved() -> Unsaved:
    """The mailbox that is being set up. Conflict where there is none."""
    found = find_mine()
    if found is None:
        raise Conflict("There is no mailbox being set up. Begin again with its address.")
    return found


def keep(unsaved: Unsaved) -> None:
    with writing() as session:
        keep_unsaved(session, get_viewer().id, unsaved, clock.now())


def draw(template: str, **values: Any) -> str:
    """A page of the wizard: plain during the first run, on the desk afterwards."""
    is_first = bool(step_of(reading()))
    frame = "frame_plain.html" if is_first else "frame_desk.html"
    return render(template, frame=frame, is_first=is_first, **values)


def draw_servers(unsaved: Unsaved, form: ServersForm) -> str:
    preset = PRESETS.get(unsaved.preset)
    return draw(
        "settings/mailbox_servers.html",
        unsaved=unsaved,
        form=form.values,
        problems=form.problems,
        preset=preset,
        found=_found_words(unsaved),
        password_help=password_help(unsaved.preset),
        how_to=app_password_steps(preset),
        securities=SECURITIES,
        sign_in=offer(unsaved, preset),
    )


def _found_words(unsaved: Unsaved) -> str:
    name = PRESETS[unsaved.preset].name if unsaved.preset in PRESETS else ""
    domain = unsaved.address.rpartition("@")[2]
    known = {
        "domain": _("This is a mailbox at %(name)s.", name=name),
        "mail-host": _("Mail for %(domain)s is run by %(name)s.", domain=domain, name=name),
        "no-domain": _("There is no domain %(domain)s in DNS: is it spelt right?", domain=domain),
        "no-mail": _("DNS names no server that takes mail for %(domain)s.", domain=domain),
        "no-answer": _("DNS did not answer, so the provider is not known. Fill in the servers yourself."),
    }
    unknown = _("Who runs the mail of %(domain)s is not known: check the server names below.", domain=domain)
    return known.get(unsaved.how, unknown) if name or unsaved.preset == "own" else unknown


def _discovered(address: str) -> Unsaved:
    found: Discovery = discover(address, current_app.extensions.get("mail_hosts") or DnsMailHosts())
    preset = found.preset
    return Unsaved(address, preset.key, found.how, preset.imap, preset.smtp, user=address)


def with_password(before: Unsaved, typed: Unsaved) -> Unsaved:
    return replace(before, password_sealed=typed.password_sealed, grant_sealed="")


def _is_taken(address: str) -> bool:
    return reading().execute(select(Mailbox.id).where(Mailbox.address == address)).first() is not None


def _count() -> int:
    return len(reading().execute(select(Mailbox.id).limit(2)).all())


def find_mine() -> Unsaved | None:
    return find_unsaved(db.session(), get_viewer().id, clock.now())


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
