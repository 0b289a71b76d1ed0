"""Quarantine: letters that could not be read, kept whole, with the reason, to be tried again."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import Conflict, NotFound
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.inbox.files import send_raw
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

PAGE = 50
_QUARANTINED = (
    select(Intake.id, Intake.reason, Intake.attempts, Intake.size, Intake.received_at, Mailbox.address)
    .join(Mailbox, Mailbox.id == Intake.mailbox_id)
    .where(Intake.state == "quarantined", Intake.id < bindparam("below"))
    .order_by(Intake.id.desc())
    .limit(PAGE)
)
_PATH = select(Intake.path).where(Intake.id == bindparam("id"))


def show() -> str:
    below = request.args.get("below", "")
    is_place = below.isdecimal() and len(below) < 16
    rows = reading().execute(_QUARANTINED, {"below": int(below) if is_place else 2**62}).all()
    return render(
        "inbox/quarantine.html",
        rows=rows,
        older=rows[-1].id if len(rows) == PAGE else None,
        times=Times(clock.now()),
        **sidebar(get_viewer(), "quarantine"),
    )


def raw(intake_id: int) -> Response:
    row = reading().execute(_PATH, {"id": intake_id}).first()
    if row is None:
        raise NotFound("There is no such letter.")
    return send_raw(row.path, f"letter-{intake_id}.eml")


def replay(intake_id: int) -> ResponseReturnValue:
    """Hand the letter to the worker again; it is in quarantine again if it still cannot be read."""
    with writing() as session:
        intake = session.get(Intake, intake_id)
        if intake is None:
            raise NotFound("There is no such letter.")
        if intake.state != "quarantined":
            raise Conflict("This letter is not in quarantine any more.")
        intake.state, intake.attempts = "stored", 0
    return redirect(f"/inbox/quarantine?tried={clock.now():%H%M%S}", 303)
