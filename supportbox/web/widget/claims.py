"""An address that a visitor says is theirs: kept as a claim, proven by a link that comes there, and what that opens."""

from datetime import datetime

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.form import is_address
from supportbox.channels.vault import seal
from supportbox.errors import Refused
from supportbox.inbox import chat_proof
from supportbox.inbox.chat import list_requests
from supportbox.inbox.desk_letter import queue_letter
from supportbox.mail.clean_text import header_text
from supportbox.people import visitor as visitors
from supportbox.people.customer import Customer, search_key
from supportbox.people.find import find_contact
from supportbox.people.request_link import make_request_token
from supportbox.people.throttle import allow
from supportbox.web.access import current_settings
from supportbox.web.frame import page_language, render
from supportbox.web.help.page import base_url
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading, writing
from supportbox.web.widget import asking
from supportbox.web.widget.options import get_options

A_VISITOR, AN_ADDRESS, A_PLACE = 3, 3, 20  # letters an hour


def claim() -> Response:
    """Note the name and the address, and mail the link that proves it. Nothing opens before."""
    get_options()
    address = request.form.get("email", "").strip().lower()
    try:
        asking.check_origin()
        if not is_address(address):
            raise Refused("Check your e-mail address: it should look like cleo@example.org.")
        with writing() as session:
            _claim(session, address, now=clock.now())
    except Refused as error:
        return asking.refusal(error)
    return asking.answer({"address": address})


def _claim(session: Session, address: str, *, now: datetime) -> None:
    visitor = asking.the_visitor(session)
    if visitor.contact_id is None:
        raise Refused("Write something first.")
    asking.check_rate(session, f"claim:{visitor.id}", A_VISITOR, asking.HOUR, now=now)
    asking.check_rate(session, f"claims:{request.remote_addr}", A_PLACE, asking.HOUR, now=now)
    _learn_name(session, visitor, header_text(request.form.get("name", ""))[:120])
    link = visitors.claim(session, visitor, address, now=now)
    # How often somebody is written to must not depend on how many ask for it; and nobody learns whether they were.
    if link and allow(session, f"claimed:{address}", limit=AN_ADDRESS, within=asking.HOUR, now=now):
        _mail(session, address, link, now=now)


def _learn_name(session: Session, visitor: visitors.Visitor, name: str) -> None:
    if not name:
        return
    visitor.name = name
    known = visitors.find_visitor(session.connection(), asking.token())
    customer = session.get(Customer, known.customer_id) if known and known.customer_id else None
    if customer and not customer.name:
        customer.name, customer.search_key = name, search_key(name, customer.company)


def _mail(session: Session, address: str, link: str, *, now: datetime) -> None:
    """Our own words alone: nobody sends theirs to a stranger through us."""
    lines = (
        _("Hello,"),
        _("somebody who chats with %(name)s gave this as their address. If that is you, confirm it here:"),
        f"{base_url()}/widget/confirm/{link}",
        _("Then your earlier requests show in the chat too. The link works once and lasts for two days."),
        _("If it is not you, do nothing: nothing of yours is shown to anybody."),
    )
    text = "\n\n".join(lines) % {"name": business().name}
    queue_letter(
        session,
        to=address,
        subject=_("Is this your address?"),
        text=seal(current_settings(), text),
        is_sealed=True,
        language=page_language(),
        kind="notice",
        now=now,
    )


def show(token: str) -> ResponseReturnValue:
    """Looking changes nothing: programs that check mail follow every link."""
    found = visitors.find_claimant(_session(), token, now=clock.now())
    return _private("ask" if found else "over", token, found.email_claim if found else "")


def confirm(token: str) -> ResponseReturnValue:
    """It is theirs."""
    with writing() as session:
        found = visitors.find_claimant(session, token, now=clock.now())
        is_done = found is not None and chat_proof.confirm(session, found, "link", now=clock.now())
        address = found.email_claim if found else ""
    return _private("done" if is_done else "over", token, address)


def requests() -> Response:
    """The open and last requests of whoever is proven; of nobody else anything."""
    get_options()
    visitor = visitors.find_visitor(reading(), asking.token())
    if visitor is None or visitor.confirmed_at is None or visitor.customer_id is None:
        return asking.answer({"requests": []})
    proven = find_contact(_session(), "email", visitor.email_claim)
    if proven is None or proven.customer_id != visitor.customer_id:
        return asking.answer({"requests": []})
    key, now = current_settings().key("request-link"), clock.now()
    words = {"open": _("with us"), "waiting": _("answered"), "closed": _("closed")}
    rows = list_requests(reading(), visitor.customer_id)
    return asking.answer(
        {
            "requests": [
                {
                    "reference": f"SB-{row.id}",
                    "subject": row.subject,
                    "status": words.get(row.status, ""),
                    "href": f"/r/{make_request_token(key, row.id, now=now, epoch=row.link_epoch)}",
                }
                for row in rows
            ]
        }
    )


def _session() -> Session:
    return Session(reading())


def _private(what: str, token: str, address: str) -> ResponseReturnValue:
    body = render("widget/confirm.html", what=what, token=token[:80], address=address)
    response = make_response(body, 404 if what == "over" else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
