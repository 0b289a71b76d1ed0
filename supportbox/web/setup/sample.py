"""The sample ticket: something to try the desk with. Nothing that is written in it ever leaves."""

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.inbox import receive
from supportbox.inbox.parcel import Incoming, Sender
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.trash import delete
from supportbox.people.setting_values import drop_value, find_value, keep_value
from supportbox.web.access import get_viewer
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing
from supportbox.web.setup import checklist
from supportbox.web.setup.progress import ADDRESSES, go_to, step_of

KEY = "sample-ticket"
# `.invalid` is nobody's for ever (RFC 2606): nothing is queued to such an address.
SENDER = Sender("email", "amelie@sample.invalid", "Amélie Roy")


def later() -> ResponseReturnValue:
    """No mailbox yet: a ticket to look at instead."""
    with writing() as session:
        if find_value(session, KEY) is None:
            _make(session)
        if step_of(session.connection()):
            go_to(session, "people")
    return redirect(ADDRESSES["people"], 303)


def remove() -> ResponseReturnValue:
    """Away with it, in one click."""
    with writing() as session:
        number = find_value(session, KEY)
        ticket = session.get(Ticket, number) if number else None
        if ticket is not None and ticket.merged_into_id is None:
            delete(session, ticket, by=get_viewer().agent(session), at=clock.now())
        drop_value(session, KEY)
    checklist.forget()
    return redirect("/inbox/", 303)


def _make(session: Session) -> None:
    now = clock.now()
    text = _(
        "Hello,\n\nI ordered a teapot on Monday, and its lid arrived with a chip in it. Could you send me another "
        "lid?\n\nThank you!\nAmélie\n\n(This is a sample: answer it, note something, close it. Nothing is sent.)"
    )
    incoming = Incoming(
        channel="form",
        sender=SENDER,
        subject=_("The lid of my teapot is chipped (sample)"),
        text=text,
        at=now,
        language=page_language(),
        may_acknowledge=False,
    )
    keep_value(session, KEY, receive(session, incoming, now=now).ticket_id)
