""" "Call me back" behind a customer's own link."""

from datetime import timedelta

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import NotFound, Refused
from supportbox.people.throttle import allow
from supportbox.web.customer import page
from supportbox.web.customer.call_offer import note_call
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, writing

A_REQUEST, HOUR = 5, timedelta(hours=1)


def ask(token: str) -> ResponseReturnValue:
    """The customer of this request wants to be called."""
    asked, now = page.get_request(token), clock.now()
    if not business().calls_back:
        raise NotFound(_("There is no such page, or it is not for you to see."))
    phone = request.form.get("phone", "")[:50]
    try:
        with writing() as session:
            if not allow(session, f"callback:{asked.id}", limit=A_REQUEST, within=HOUR, now=now):
                raise Refused(_("You have asked several times within the hour. Wait a while."))
            note_call(session, asked.id, phone, request.form.get("slot", ""), "page", now)
    except Refused as refusal:
        return page.draw(asked, token, call_problem=explain(refusal), phone=phone), 422
    return redirect(f"/r/{token}#call", 303)
