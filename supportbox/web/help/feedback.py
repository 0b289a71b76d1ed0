"""Did this answer your question? A plain form, without a cookie."""

import hashlib
import hmac
from datetime import timedelta

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.config import Settings
from supportbox.errors import NotFound
from supportbox.kb.catalogue import find_page
from supportbox.kb.feedback import give_feedback, give_reason
from supportbox.kb.help_day import count_day
from supportbox.people.throttle import allow
from supportbox.web.help.page import enter
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import reading, writing

A_DAY = timedelta(days=1)
ANSWERS_A_DAY = 5


def give(lang: str, slug: str) -> ResponseReturnValue:
    """Count an answer, or keep the reason for one given before."""
    enter(lang)
    page = find_page(reading(), lang, slug)
    if page is None or page.status != "public":
        raise NotFound(_("There is no such page, or it is not for you to see."))
    here = f"/help/{lang}/a/{page.slug}"
    if number := _checked(request.form.get("feedback", "")):
        with writing() as session:
            give_reason(session, number, request.form.get("reason", ""))
        return redirect(f"{here}?answered=thanks#feedback", 303)
    answer = "yes" if request.form.get("answer") == "yes" else "no"
    now = clock.now()
    token = ""
    with writing() as session:
        # An answer too many is taken politely and not counted.
        bucket = f"feedback:{page.id}:{request.remote_addr}"
        if allow(session, bucket, limit=ANSWERS_A_DAY, within=A_DAY, now=now):
            given = give_feedback(session, page.id, page.version, is_helpful=answer == "yes", now=now)
            count_day(session, {(lang, f"helpful_{answer}"): 1}, day=now.date())
            token = _signed(given.id)
    more = f"&feedback={token}" if token and answer == "no" else ""
    return redirect(f"{here}?answered={answer}{more}#feedback", 303)


def _signed(number: int) -> str:
    return f"{number}.{_signature(str(number))}"


def _checked(token: str) -> int:
    """The feedback that a token names, 0 for a token that is not ours."""
    number, _dot, signature = token.partition(".")
    return (
        int(number)
        if number.isdecimal() and hmac.compare_digest(signature.encode(), _signature(number).encode())
        else 0
    )


def _signature(number: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return hmac.digest(settings.key("feedback"), number.encode(), hashlib.sha256).hex()[:20]
