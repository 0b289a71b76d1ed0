"""A "continue here" link: looking at it says where it leads; one press, or one code, goes on there."""

from datetime import datetime

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.errors import NotFound, Refused
from supportbox.inbox.answer_choice import choose
from supportbox.inbox.chat import KIND as CHAT
from supportbox.inbox.continued import offered, redeem
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.ticket import Ticket
from supportbox.people.contact import Contact
from supportbox.people.find import find_or_make_contact
from supportbox.people.throttle import allow
from supportbox.people.token import make_token
from supportbox.people.visitor import make_visitor
from supportbox.web.channel_words import channel_inside
from supportbox.web.customer import codes, links
from supportbox.web.customer.targets import way_in
from supportbox.web.frame import page_language, render, speak
from supportbox.web.i18n import LANGUAGES, explain
from supportbox.web.i18n import gettext as _
from supportbox.web.qr import drawn
from supportbox.web.reading import reading, writing

A_PLACE = 60  # looks that come to something, an hour


def show(token: str) -> ResponseReturnValue:
    """Where it leads. Nothing of the request is shown: whoever has the link may have copied it."""
    session = Session(reading())
    ticket, channel = _offered(session, token)
    return _page(session, ticket, channel, token)


def open_chat(token: str) -> ResponseReturnValue:
    """Open the chat with its history, in this browser and in no other."""
    now = clock.now()
    with writing() as session:
        _ticket, channel = _offered(session, token)
        if channel != CHAT:
            raise _gone()
        _check_place(session)
        secret = make_token()
        visitor = make_visitor(session, secret, now=now, language=page_language())
        known = find_or_make_contact(session, CHAT, make_token(), name="", language=page_language(), now=now)
        came = redeem(session, token, known.contact_id, channel=CHAT, now=now)
        if came is None or visitor is None:
            raise _gone()
        # The link came by a way that is proven, so that what was said there is theirs to read.
        visitor.contact_id, visitor.confirmed_at = known.contact_id, now
        number = came.id
    return _private(render("moving/chat.html", visitor=secret, request_token=links.token_for(number)))


def send_code(token: str) -> ResponseReturnValue:
    """An address or a number was typed: a code goes there."""
    try:
        with writing() as session:
            ticket, channel = _offered(session, token)
            kind = channel if channel in codes.BY else ""
            value = codes.read_value(kind, request.form.get("value", ""))
            codes.send_code(session, ticket.id, "continue", kind, value)
    except NotFound:
        raise
    except Refused as error:
        return _again(token, problem=explain(error), typed=request.form.get("value", "")[:254]), 422
    return _again(token, sent_to=value)


def prove(token: str) -> ResponseReturnValue:
    """The code: right, the conversation goes on with what it proves."""
    now, came = clock.now(), None
    with writing() as session:
        ticket, channel = _offered(session, token)
        claim = codes.redeem_code(session, ticket.id, "continue", request.form.get("code", ""))
        if claim:
            known = find_or_make_contact(session, claim.kind, claim.value, name="", language="", now=now)
            came = redeem(session, token, known.contact_id, channel=channel, now=now)
            contact = session.get_one(Contact, known.contact_id, populate_existing=True)
            if came and contact.customer_id == came.customer_id:
                choose(session, came, contact, channel, now=now)
                _greet(session, came, contact, now=now)
        number = came.id if came else 0
    if number:
        return redirect(f"/r/{links.token_for(number)}#last", 303)
    problem = _("This code is not right, or no longer. Look at the newest message, or have another code sent.")
    return _again(token, problem=problem, sent_to=request.form.get("value", "")[:254]), 422


def _greet(session: Session, ticket: Ticket, contact: Contact, *, now: datetime) -> None:
    """A letter that can be answered: its signed address leads back into the ticket."""
    if contact.kind == "email":
        session.add(
            Delivery(ticket_id=ticket.id, kind="acknowledgement", receiver=contact.value, due_at=now, created_at=now)
        )


def _offered(session: Session, token: str) -> tuple[Ticket, str]:
    """The ticket and the channel, in the customer's language from here on. NotFound for a link that opens nothing."""
    found = offered(session, token, now=clock.now())
    if found and (wish := request.args.get("lang", "") or found[0].language) in LANGUAGES:
        speak(wish)
    if found is None or found[2]:
        raise _gone()
    return found[0], found[1]


def _gone() -> NotFound:
    return NotFound(_("This link is over, or somebody has used it already. Ask us for a new one, or write to us."))


def _again(token: str, **values: str) -> Response:
    session = Session(reading())
    ticket, channel = _offered(session, token)
    return _page(session, ticket, channel, token, **values)


def _page(session: Session, ticket: Ticket, channel: str, token: str, **values: str) -> Response:
    way = way_in(session, channel, token)
    return _private(
        render(
            "moving/go.html",
            token=token,
            channel=channel,
            name=channel_inside(channel),
            reference=ticket.reference,
            way=way,
            code=drawn(way) if way else "",
            **{"problem": "", "typed": "", "sent_to": "", **values},
        )
    )


def _check_place(session: Session) -> None:
    if not allow(session, f"go:{request.remote_addr}", limit=A_PLACE, within=codes.HOUR, now=clock.now()):
        raise Refused("That was very often within the hour. Wait a while.")


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
