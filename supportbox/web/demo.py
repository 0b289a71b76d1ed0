"""`/demo/`, in the demo only: the customers' side of the mail, to write as Cleo or Dot and to read what they got."""

import secrets
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.web.forged import csrf
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.inbox.prose import linked
from supportbox.web.times import Times

if TYPE_CHECKING:
    from supportbox.demo.cast import Player
    from supportbox.demo.correspondence import Correspondence, Paper, Thread

bp = Blueprint("demo", __name__, url_prefix="/demo")
PREVIEW = 90  # characters


@bp.before_request
def only_in_the_demo() -> None:
    if "correspondence" not in current_app.extensions:
        abort(404)


@bp.get("/")
@bp.get("/<who>/")
def mailbox(who: str = "cleo") -> str:
    """A customer's letters, and a sheet for a new one."""
    return _page(who)


@bp.get("/<who>/<key>")
def thread(who: str, key: str) -> str:
    """One thread, and a sheet for an answer."""
    return _page(who, key, is_sent="sent" in request.args)


@bp.post("/<who>/letters")
def write(who: str) -> ResponseReturnValue:
    """Send the shop a new letter."""
    subject, text = request.form.get("subject", ""), request.form.get("text", "")
    try:
        key = _correspondence().write(_customer(who), subject=subject, text=text, now=clock.now())
    except Refused as error:
        return _page(who, problem=explain(error), subject=subject, text=text), error.status
    return redirect(f"/demo/{who}/{key}?sent", 303)


@bp.post("/<who>/<key>/answers")
def answer(who: str, key: str) -> ResponseReturnValue:
    """Answer the newest letter of a thread."""
    customer, text = _customer(who), request.form.get("text", "")
    found = _correspondence().thread(customer, key)
    try:
        _correspondence().answer(customer, found, text=text, now=clock.now())
    except Refused as error:
        return _page(who, key, problem=explain(error), text=text), error.status
    return redirect(f"/demo/{who}/{key}?sent#last", 303)


def service(filename: str) -> ResponseReturnValue:
    """What stands in for the providers of the demo's channels: it takes whatever is sent and keeps nothing."""
    return {"id": filename, "messages": [{"id": f"demo-{secrets.token_hex(8)}"}]}


bp.add_url_rule("/service/<path:filename>", view_func=csrf.exempt(service), methods=["GET", "POST"])


def _page(who: str, key: str = "", **values: Any) -> str:
    from supportbox.demo.cast import CUSTOMERS, SHOP

    customer, correspondence, times = _customer(who), _correspondence(), Times(clock.now())
    threads = correspondence.threads(customer)
    opened = correspondence.thread(customer, key) if key else None
    defaults = {"is_sent": False, "problem": "", "subject": "", "text": ""}
    return render(
        "demo/mailbox.html",
        customers=[(one.key, _first_name(one.name), one.email) for one in CUSTOMERS],
        who=customer.key,
        name=_first_name(customer.name),
        shop=SHOP.email,
        lines=[_line(one, times) for one in threads],
        opened=key,
        title=opened.subject if opened else "",
        papers=[_paper(one, times) for one in opened.papers] if opened else (),
        **{**defaults, **values},
    )


def _line(found: "Thread", times: Times) -> dict[str, Any]:
    newest = found.newest
    return {
        "key": found.key,
        "subject": found.subject,
        "who": "" if newest.is_own else _sender(newest),
        "preview": " ".join(newest.text.split())[:PREVIEW],
        "count": len(found.papers),
        "ago": times.ago(newest.at),
        "iso": newest.at.isoformat(timespec="minutes"),
        "full": times.full(newest.at),
    }


def _paper(paper: "Paper", times: Times) -> dict[str, Any]:
    return {
        "is_own": paper.is_own,
        "who": _sender(paper),
        "lang": paper.letter.language,
        "text": linked(paper.text),
        "time": times.message(paper.at),
        "iso": paper.at.isoformat(timespec="minutes"),
        "full": times.full(paper.at),
    }


def _sender(paper: "Paper") -> str:
    sender = paper.letter.sender
    return (sender.name or sender.email) if sender else ""


def _first_name(name: str) -> str:
    return name.partition(" ")[0]


def _customer(who: str) -> "Player":
    # The demo is loaded by its own pages only: `serve` has no use for it.
    from supportbox.demo.correspondence import find_customer

    return find_customer(who)


def _correspondence() -> "Correspondence":
    return cast("Correspondence", current_app.extensions["correspondence"])
