"""The channels beside mail, for owners and admins: the list with its lights, one form a kind, test, pause, deletion."""

import secrets

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.gateway import Gateway
from supportbox.channels.gateways import gateways
from supportbox.channels.rehearse import rehearse
from supportbox.config import Settings
from supportbox.doctor.channels import count_kept, down_channels
from supportbox.errors import Forbidden, NotFound
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.mailbox_ending import end_mailbox, why_it_stays
from supportbox.people.throttle import allow
from supportbox.store import db
from supportbox.web.access import ask_to_be_manager, get_viewer
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.noting import note_here
from supportbox.web.reading import writing
from supportbox.web.settings import channels_words as words
from supportbox.web.settings.channels_form import ChannelForm, empty_form, form_of, read_form, secrets_of

bp = Blueprint("channels", __name__, url_prefix="/settings/channels")
ONE = "/<int(max=999999999999999):number>"
MOST_TESTS = 120
# Whoever is let in here can have this machine call any server.
bp.before_request(ask_to_be_manager)


@bp.get("")
def listing() -> ResponseReturnValue:
    """Every channel with its light, and the kinds that can be added."""
    session, now = db.session(), clock.now()
    boxes = session.scalars(select(Mailbox).where(Mailbox.channel.in_(gateways())).order_by(Mailbox.id)).all()
    down = down_channels(session, now=now)
    session.commit()
    return render(
        "settings/channels.html",
        boxes=boxes,
        down=down,
        kinds=words.kinds(),
        says=words.reason,
        address_of=words.address_shown,
    )


@bp.get("/new/<kind>")
def new(kind: str) -> ResponseReturnValue:
    return _draw(empty_form(_kind(kind)))


@bp.post("/new/<kind>")
def add(kind: str) -> ResponseReturnValue:
    """Keep it and make the address that the provider is to call; the test follows on the next page."""
    form = read_form(_kind(kind), request.form)
    form.check({})
    with writing() as session:
        _see_that_it_is_free(session, form, None)
        if not form.problems:
            token = secrets.token_urlsafe(24)
            box = Mailbox(channel=kind, hook_token=token, address=form.address, created_at=clock.now())
            form.write(box, _settings())
            session.add(box)
            session.flush()
            note_here(session, "mailbox_added", mailbox=box.address)
            number = box.id
    return (_draw(form), 422) if form.problems else redirect(f"/settings/channels/{number}?saved", 303)


@bp.get(ONE)
def one(number: int) -> ResponseReturnValue:
    box = _box(db.session(), number)
    return _draw(form_of(_kind(box.channel), box), box)


@bp.post(ONE)
def save(number: int) -> ResponseReturnValue:
    """Keep what is on the screen; with `test`, try it too."""
    with writing() as session:
        box = _box(session, number)
        form = read_form(_kind(box.channel), request.form)
        form.check(secrets_of(box, _settings()))
        _see_that_it_is_free(session, form, box)
        if not form.problems:
            form.write(box, _settings())
            note_here(session, "mailbox_changed", mailbox=box.address)
    if form.problems:
        return _draw(form, _box(db.session(), number)), 422
    return _test(number) if "test" in request.form else redirect(f"/settings/channels/{number}?saved", 303)


@bp.post(f"{ONE}/pause")
def pause(number: int) -> ResponseReturnValue:
    return _switch(number, is_active=False)


@bp.post(f"{ONE}/resume")
def resume(number: int) -> ResponseReturnValue:
    return _switch(number, is_active=True)


@bp.post(f"{ONE}/deletion")
def delete(number: int) -> ResponseReturnValue:
    """Its address typed as proof. Tickets stay."""
    with writing() as session:
        box = _box(session, number)
        problem = why_it_stays(session, box, request.form.get("address", ""))
        if not problem:
            note_here(session, "mailbox_removed", mailbox=box.address)
            end_mailbox(session, box)
    if problem:
        return _draw(form_of(_kind(box.channel), box), box, deletion_problem=explain(problem)), problem.status
    return redirect("/settings/channels?deleted", 303)


def _switch(number: int, *, is_active: bool) -> ResponseReturnValue:
    with writing() as session:
        box = _box(session, number)
        box.is_active = is_active
        note_here(session, "mailbox_changed", mailbox=box.address)
    return redirect(f"/settings/channels/{number}?saved", 303)


def _test(number: int) -> ResponseReturnValue:
    """Try what was saved; each call waits for 20 seconds at most."""
    with writing() as session:
        key = f"mailbox-test:{get_viewer().id}"
        if not allow(session, key, limit=MOST_TESTS, within=words.HOUR, now=clock.now()):
            raise Forbidden("Too many tests. Wait an hour, then try again.")
    box = _box(db.session(), number)
    kind = _kind(box.channel)
    db.session().expunge(box)
    db.session().commit()  # nobody waits for the provider with the database open
    stages = list(rehearse(kind(_settings(), box)))
    return _draw(form_of(kind, box), box, stages=[words.said(stage) for stage in stages])


def _see_that_it_is_free(session: Session, form: ChannelForm, box: Mailbox | None) -> None:
    there = session.scalar(select(Mailbox).where(Mailbox.address == form.address))
    if there is not None and there is not box:
        form.problems.setdefault("address", _("This address is here already, with another channel."))


def _box(session: Session, number: int) -> Mailbox:
    box = session.get(Mailbox, number)
    if box is None or box.channel not in gateways():
        raise NotFound("There is no such channel.")
    return box


def _kind(name: str) -> type[Gateway]:
    if name not in gateways():
        raise NotFound("There is no such channel.")
    return gateways()[name]


def _draw(form: ChannelForm, box: Mailbox | None = None, **more: object) -> str:
    down = down_channels(db.session(), now=clock.now()).get(box.id) if box else None
    known = {name for name, value in secrets_of(box, _settings()).items() if value} if box else set()
    shown = {
        "form": form,
        "box": box,
        "about": words.kinds()[form.kind.KIND],
        "guide": words.guide_of(form.kind.KIND),
        "called": words.address_shown(box) if box else "",
        "labels": words.labels(form.kind),
        "known": known,
        "hook_url": form.kind(_settings(), box).hook_url() if box else "",
        "down": words.reason(down.why) if down else "",
        "kept": count_kept(db.session(), box) if box and not box.is_active else 0,
        "is_saved": "saved" in request.args and request.method == "GET",
        "stages": None,
        "deletion_problem": "",
    }
    return render("settings/channel.html", **{**shown, **more})


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
