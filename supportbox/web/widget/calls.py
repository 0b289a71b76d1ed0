"""“Call me back” from the panel: a number and a few words become a call that is due, in the visitor's own ticket."""

from flask import Response, request

from supportbox import clock
from supportbox.errors import Refused
from supportbox.inbox.callback import ask_for_call, soonest
from supportbox.inbox.chat import find_chat
from supportbox.inbox.ticket import Ticket
from supportbox.mail.clean_text import body_text, header_text
from supportbox.people.contact_value import region_of
from supportbox.people.visitor import find_visitor
from supportbox.web.frame import page_language
from supportbox.web.reading import business, writing
from supportbox.web.widget import asking
from supportbox.web.widget.options import get_options

A_PLACE = 5  # an hour


def ask() -> Response:
    """Whose number it is, is a claim; asked again, the same call changes."""
    get_options()
    now, form = clock.now(), request.form
    try:
        asking.check_origin()
        if not business().calls_back:
            raise Refused("We do not call back at the moment. Leave a message.")
        with writing() as session:
            asking.check_rate(session, f"calls:{request.remote_addr}", A_PLACE, asking.HOUR, now=now)
            visitor = find_visitor(session.connection(), asking.token())
            chat = find_chat(session.connection(), visitor) if visitor else None
            ask_for_call(
                session,
                phone=form.get("phone", ""),
                slot=soonest(now, business().hours),
                now=now,
                how="widget",
                region=region_of(business()),
                ticket=session.get(Ticket, chat.id) if chat else None,
                name=header_text(form.get("name", "")),
                context=body_text(form.get("text", "")),
                language=page_language(),
                once=_once(),
            )
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({})


def _once() -> str:
    """The panel's name for this wish: sent again when an answer got lost, it is the same one."""
    key = request.form.get("key", "")
    return f"widget:{key}" if 16 <= len(key) <= 60 and key.isascii() and key.isprintable() else ""
