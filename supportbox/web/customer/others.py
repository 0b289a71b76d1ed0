"""A customer's other requests: shown once a code proves that whoever asks reads the customer's own mail."""

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.people.contacts import prove
from supportbox.web.customer import codes, page
from supportbox.web.customer.proof import PROVEN, find_provable
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing

PURPOSE = "others"


def send_code(token: str) -> ResponseReturnValue:
    """Mail a code to the address that this request came from."""
    asked = page.get_request(token)
    if find_provable(asked) is None:
        return redirect(f"/r/{token}", 303)
    try:
        with writing() as writer:
            codes.send_code(writer, asked.id, PURPOSE, "email", asked.email, mailbox_id=asked.mailbox_id)
    except Refused as error:
        return page.draw(asked, token, code_problem=explain(error), is_code_sent=True), 429
    return page.draw(asked, token, is_code_sent=True)


def reveal(token: str) -> ResponseReturnValue:
    """The code as it was typed: right, it opens the list in this browser for an hour."""
    asked, now = page.get_request(token), clock.now()
    contact = find_provable(asked)
    with writing() as writer:
        claim = codes.redeem_code(writer, asked.id, PURPOSE, request.form.get("code", ""))
        proven = contact if claim and claim.value == asked.email else None
        if proven:
            prove(writer, proven, "code", now=now)
    if not proven:
        problem = _("This code is not right, or no longer. Look at the newest letter, or have another one sent.")
        return page.draw(asked, token, code_problem=problem, is_code_sent=True), 422
    session[PROVEN] = [asked.customer_id, (now + codes.HOUR).timestamp()]
    return redirect(f"/r/{token}#others", 303)
