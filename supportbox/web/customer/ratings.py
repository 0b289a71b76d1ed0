"""How did we do? A link in a letter chooses a face, a button confirms it: programs that open links rate nothing."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.rating import LONGEST, rate
from supportbox.inbox.ticket import Ticket
from supportbox.web.customer import page
from supportbox.web.i18n import explain
from supportbox.web.reading import writing


def give(token: str) -> ResponseReturnValue:
    """The customer's verdict."""
    asked = page.get_request(token)
    verdict, sentence = request.form.get("verdict", ""), request.form.get("sentence", "")[: LONGEST + 1]
    try:
        with writing() as session:
            rate(session, session.get_one(Ticket, asked.id), _number(verdict), sentence, at=clock.now())
    except Refused as refused:
        return page.draw(asked, token, problem=explain(refused)), 422
    return redirect(f"/r/{token}?rated#rating", 303)


def _number(text: str) -> int:
    return int(text) if text in ("1", "2", "3") else 0
