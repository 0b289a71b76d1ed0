"""Quarantine: letters that could not be read, kept whole, with the reason, to be tried again."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from supportbox import clock
from supportbox.errors import Conflict, NotFound
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.query import AnyRow
from supportbox.inbox.ticket import Ticket
from supportbox.web.access import get_viewer
from supportbox.web.frame import render
from supportbox.web.inbox.files import send_raw
from supportbox.web.inbox.gate import hidden_numbers
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times

PAGE = 50
_QUARANTINED = (
    select(Intake.id, Intake.reason, Intake.attempts, Intake.size, Intake.received_at, Mailbox.address)
    .join(Mailbox, Mailbox.id == Intake.mailbox_id)
    .where(
        Intake.state == "quarantined",
        Intake.id < bindparam("below"),
        Intake.mailbox_id.not_in(bindparam("hidden", expanding=True)),
    )
    .order_by(Intake.id.desc())
    .limit(PAGE)
)
# A letter belongs to its mailbox and, once it is read, to the mailbox of its ticket, which may be another by now.
_LETTER = (
    select(Intake.path, Intake.mailbox_id, Ticket.mailbox_id.label("ticket_mailbox_id"))
    .outerjoin(Message, Message.intake_id == Intake.id)
    .outerjoin(Ticket, Ticket.id == Message.ticket_id)
    .where(Intake.id == bindparam("id"))
)


def show() -> str:
    below = request.args.get("below", "")
    is_place = below.isdecimal() and len(below) < 16
    rows = (
        reading().execute(_QUARANTINED, {"below": int(below) if is_place else 2**62, "hidden": hidden_numbers()}).all()
    )
    return render(
        "inbox/quarantine.html",
        rows=rows,
        older=rows[-1].id if len(rows) == PAGE else None,
        times=Times(clock.now()),
        **sidebar(get_viewer(), "quarantine"),
    )


def raw(intake_id: int) -> Response:
    return send_raw(_visible_letter(intake_id).path, f"letter-{intake_id}.eml")


def replay(intake_id: int) -> ResponseReturnValue:
    """Hand the letter to the worker again; it is in quarantine again if it still cannot be read."""
    _visible_letter(intake_id)
    with writing() as session:
        intake = session.get(Intake, intake_id)
        if intake is None:
            raise NotFound("There is no such letter.")
        if intake.state != "quarantined":
            raise Conflict("This letter is not in quarantine any more.")
        intake.state, intake.attempts = "stored", 0
    return redirect(f"/inbox/quarantine?tried={clock.now():%H%M%S}", 303)


def _visible_letter(intake_id: int) -> AnyRow:
    """NotFound for a letter of a mailbox that is hidden from this agent, too."""
    row = reading().execute(_LETTER, {"id": intake_id}).first()
    hidden = get_viewer().hidden_mailboxes
    if row is None or row.mailbox_id in hidden or row.ticket_mailbox_id in hidden:
        raise NotFound("There is no such letter.")
    return row
