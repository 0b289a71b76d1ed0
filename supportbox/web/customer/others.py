"""A customer's other requests: shown once a code proves that whoever asks reads the customer's own mail."""

from datetime import timedelta

from flask import current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.config import Settings
from supportbox.inbox.desk_letter import queue_letter
from supportbox.people.contacts import prove
from supportbox.people.request_code import digits_of, make_code, redeem
from supportbox.people.throttle import allow
from supportbox.web.customer import page
from supportbox.web.customer.proof import PROVEN, find_provable
from supportbox.web.frame import page_language
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing

HOUR = timedelta(hours=1)
A_CONTACT, A_PLACE, TRIES_AN_HOUR = 3, 10, 15


def send_code(token: str) -> ResponseReturnValue:
    """Mail a code to the address that this request came from."""
    asked, now = page.get_request(token), clock.now()
    contact = find_provable(asked)
    if contact is None:
        return redirect(f"/r/{token}", 303)
    with writing() as writer:
        is_allowed = allow(writer, f"code:{request.remote_addr}", limit=A_PLACE, within=HOUR, now=now) and (
            allow(writer, f"code-to:{contact}", limit=A_CONTACT, within=HOUR, now=now)
        )
        if is_allowed:
            code = digits_of(_key(), make_code(writer, contact_id=contact, ticket_id=asked.id, now=now))
            text = _("Your code is %(code)s. It is good for ten minutes, once.", code=f"{code[:3]} {code[3:]}")
            warning = _("If you did not ask for it, do nothing: without it nobody sees your other requests.")
            queue_letter(
                writer,
                to=asked.email,
                subject=_("Your code"),
                text=seal(_settings(), f"{text}\n\n{warning}"),
                is_sealed=True,
                language=page_language(),
                kind="notice",
                ticket_id=asked.id,
                mailbox_id=asked.mailbox_id,
                now=now,
            )
    if not is_allowed:
        problem = _("Several codes were sent within the hour. Use the last one, or wait a while.")
        return page.draw(asked, token, code_problem=problem, is_code_sent=True), 429
    return page.draw(asked, token, is_code_sent=True)


def reveal(token: str) -> ResponseReturnValue:
    """The code as it was typed: right, it opens the list in this browser for an hour."""
    asked, now = page.get_request(token), clock.now()
    typed = request.form.get("code", "")[:40]
    with writing() as writer:
        is_allowed = allow(writer, f"code-try:{asked.id}", limit=TRIES_AN_HOUR, within=HOUR, now=now)
        contact = redeem(writer, _key(), asked.id, typed, now=now) if is_allowed else None
        if contact:
            prove(writer, contact, "code", now=now)
    if not contact:
        problem = _("This code is not right, or no longer. Look at the newest letter, or have another one sent.")
        return page.draw(asked, token, code_problem=problem, is_code_sent=True), 422
    session[PROVEN] = [asked.customer_id, (now + HOUR).timestamp()]
    return redirect(f"/r/{token}#others", 303)


def _key() -> bytes:
    return _settings().key("request-code")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
