"""Saved replies in the settings: listed by folder, added, changed, moved, deleted."""

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from supportbox import clock
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.placeholders import NAMES, OTHER_NAMES
from supportbox.inbox.saved_reply import delete_reply, get_reply, list_replies, move_reply, save_reply
from supportbox.web.access import ask_to_sign_in, get_viewer
from supportbox.web.frame import page_language, render
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.inbox.drafts import keep_typed
from supportbox.web.inbox.typed import read_typed
from supportbox.web.reading import reading, writing

bp = Blueprint("settings_replies", __name__, url_prefix="/settings/replies")
bp.before_request(ask_to_sign_in)
NUMBER = "int(max=999999999999999)"
_MAILBOXES = select(Mailbox.id, Mailbox.address).order_by(Mailbox.address)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were typed. `ticket` is where somebody came from to save their words."""

    id: int = 0
    name: str = ""
    body: str = ""
    folder: str = ""
    language: str = ""
    mailbox_id: int | None = None
    ticket: int = 0


@bp.get("")
def index() -> str:
    rows = list_replies(reading())
    folders = [(name, list(those)) for name, those in groupby(rows, key=lambda row: row.folder)]
    addresses = {row.id: row.address for row in reading().execute(_MAILBOXES)}
    return render("settings/replies.html", folders=folders, addresses=addresses, is_saved="saved" in request.args)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """The empty form, or with what somebody has just written in a ticket; there it stays as a draft."""
    _check()
    ticket = _number(request.args.get("ticket", ""))
    if request.method == "POST" and ticket:
        keep_typed(ticket, read_typed("reply"))
    return _draw(Form(body=request.form.get("text", ""), ticket=ticket))


@bp.post("")
def add() -> ResponseReturnValue:
    return _save(_read(0))


@bp.get(f"/<{NUMBER}:number>")
def edit(number: int) -> ResponseReturnValue:
    _check()
    with writing() as session:
        saved = get_reply(session, number)
        form = Form(number, saved.name, saved.body, saved.folder, saved.language, saved.mailbox_id)
    return _draw(form)


@bp.post(f"/<{NUMBER}:number>")
def change(number: int) -> ResponseReturnValue:
    return _save(_read(number))


@bp.post(f"/<{NUMBER}:number>/deletion")
def delete(number: int) -> ResponseReturnValue:
    with writing() as session:
        delete_reply(session, get_viewer().agent(session), number)
    return redirect("/settings/replies", 303)


@bp.post(f"/<{NUMBER}:number>/place")
def move(number: int) -> ResponseReturnValue:
    """One place up or down in its folder."""
    with writing() as session:
        move_reply(session, get_viewer().agent(session), number, -1 if request.form.get("to") == "up" else 1)
    return redirect(f"/settings/replies#reply-{number}", 303)


def _save(form: Form) -> ResponseReturnValue:
    try:
        with writing() as session:
            save_reply(
                session,
                get_viewer().agent(session),
                name=form.name,
                body=form.body,
                folder=form.folder,
                language=form.language if form.language in LANGUAGES else "",
                mailbox_id=form.mailbox_id,
                reply_id=form.id or None,
                now=clock.now(),
            )
    except Refused as error:
        return _draw(form, problem=explain(error), status=error.status)
    return redirect(f"/inbox/tickets/SB-{form.ticket}#composer" if form.ticket else "/settings/replies?saved", 303)


def _draw(form: Form, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    french = page_language() == "fr"
    known = {name: other for other, name in OTHER_NAMES.items()} if french else {}
    names = [known.get(name, name) for name in NAMES]
    folders = sorted({row.folder for row in list_replies(reading()) if row.folder})
    page = render(
        "settings/reply.html",
        form=form,
        problem=problem,
        names=names,
        folders=folders,
        mailboxes=reading().execute(_MAILBOXES).all(),
    )
    return make_response(page, status)


def _read(number: int) -> Form:
    given = request.form
    return Form(
        number,
        given.get("name", "").strip(),
        given.get("body", ""),
        given.get("folder", "").strip(),
        given.get("language", ""),
        _number(given.get("mailbox", "")) or None,
        _number(given.get("ticket", "")),
    )


def _check() -> None:
    if not get_viewer().can_reply:
        raise Forbidden("Light agents use no saved replies.")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
