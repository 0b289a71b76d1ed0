"""Where our answer shall go: the customer's own contacts that are proven, and a new one once a code proves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.traits import windows
from supportbox.errors import Conflict, Refused
from supportbox.inbox.answer_choice import choose, find_choice
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, list_ways, usual_way
from supportbox.people.contact import Contact
from supportbox.people.contact_value import NUMBERS, region_of
from supportbox.people.contacts import add_contact
from supportbox.people.customer import Customer
from supportbox.web.channel_words import NAMELESS, channel_word, service_name
from supportbox.web.customer import codes, page, proof
from supportbox.web.customer.proof import PROVEN
from supportbox.web.customer.rows import Request
from supportbox.web.frame import render
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import business, reading, writing


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the list; of its address only as much as tells it from the others."""

    key: str
    name: str
    is_chosen: bool


def show(token: str) -> ResponseReturnValue:
    """The list, and the form for a new one."""
    return _draw(page.get_request(token), token)


def choose_way(token: str) -> ResponseReturnValue:
    """From now on our answers to this request go there."""
    asked, now = page.get_request(token), clock.now()
    try:
        with writing() as writer:
            ticket = writer.get_one(Ticket, asked.id)
            way = _own_way(writer, ticket, request.form.get("way", "")[:80])
            choose(writer, ticket, writer.get_one(Contact, way.contact_id), way.channel, now=now)
            # Of all their requests only for whoever has shown that they are the customer.
            if _is_proven(asked):
                writer.get_one(Customer, asked.customer_id).preferred_channel = way.channel
    except Refused as error:
        return _draw(asked, token, problem=explain(error)), 422
    return redirect(f"/r/{token}/answers?done=1", 303)


def send_code(token: str) -> ResponseReturnValue:
    """A new address or number: a code goes there first."""
    asked, kind = page.get_request(token), request.form.get("kind", "")[:20]
    try:
        value = codes.read_value(kind, request.form.get("value", ""))
        with writing() as writer:
            codes.send_code(writer, asked.id, "choice", kind, value)
    except Refused as error:
        return _draw(asked, token, problem=explain(error), typed=request.form.get("value", "")[:254], kind=kind), 422
    return _draw(asked, token, sent_to=value, kind=kind)


def add_proven(token: str) -> ResponseReturnValue:
    """The code: right, the new one is theirs, and the answer goes there."""
    asked, now, problem = page.get_request(token), clock.now(), ""
    with writing() as writer:
        claim = codes.redeem_code(writer, asked.id, "choice", request.form.get("code", ""))
        if claim is None:
            problem = _("This code is not right, or no longer. Look at the newest message, or have another code sent.")
        else:
            ticket, customer = writer.get_one(Ticket, asked.id), writer.get_one(Customer, asked.customer_id)
            try:
                contact = add_contact(
                    writer, customer, claim.kind, claim.value, region=region_of(business()), now=now, how="code"
                )
                choose(writer, ticket, contact, codes.BY[claim.kind], now=now)
            except Conflict:
                problem = _(
                    "This is known to us from another request. Write to us from there, and we put both together."
                )
    if problem:
        given = {"sent_to": request.form.get("value", "")[:254], "kind": request.form.get("kind", "")[:20]}
        return _draw(asked, token, problem=problem, **given), 422
    return redirect(f"/r/{token}/answers?done=1", 303)


def masked(kind: str, value: str) -> str:
    """Enough to know it again, not enough to learn it."""
    if kind == "email":
        return proof.masked(value)
    return f"… {value[-2:]}" if kind in NUMBERS else ""


def _own_way(writer: Session, ticket: Ticket, key: str) -> Way:
    found = next((way for way in _ways(writer, ticket) if way.key == key), None)
    if found is None:
        raise Refused("Choose one of the places in the list.")
    return found


def _ways(reader: Session, ticket: Ticket) -> Sequence[Way]:
    """Those that are open now, by contacts that are proven or that wrote in this very request."""
    kinds = reader.scalars(select(Mailbox.channel).where(Mailbox.is_active).distinct())
    ways = [way for way in list_ways(reader, ticket, windows(kinds), now=clock.now()) if way.is_open]
    wrote = select(Message.contact_id).where(Message.ticket_id == ticket.id, Message.kind == "customer")
    theirs = Contact.customer_id == ticket.customer_id
    proven = select(Contact.id).where(theirs, Contact.verified_at.is_not(None) | Contact.id.in_(wrote))
    numbers = set(reader.scalars(proven))
    return [way for way in ways if way.contact_id in numbers]


def _places(asked: Request) -> list[Place]:
    reader = Session(reading())
    ticket = reader.get_one(Ticket, asked.id)
    ways = _ways(reader, ticket)
    # What nobody has chosen goes where an agent's menu stands by itself.
    usual = usual_way(reader, ticket, ways)
    chosen = find_choice(reader, ticket) or (usual and (usual.channel, usual.contact_id))
    return [Place(way.key, _name(reader, way), (way.channel, way.contact_id) == chosen) for way in ways]


def _name(reader: Session, way: Way) -> str:
    if service := service_name(reader, way.channel, way.mailbox_id):
        return service
    name = channel_word(way.channel)
    return name if way.channel in NAMELESS else f"{name} {masked(way.channel, way.value)}"


def _is_proven(asked: Request) -> bool:
    number, until = session.get(PROVEN) or (0, 0)
    return bool(number == asked.customer_id and until > clock.now().timestamp())


def _draw(asked: Request, token: str, **values: str) -> Response:
    response = make_response(
        render(
            "moving/answers.html",
            ticket=asked,
            token=token,
            places=_places(asked),
            kinds=[(kind, channel_word(kind)) for kind in codes.code_kinds()],
            is_done="done" in request.args,
            **{"problem": "", "typed": "", "sent_to": "", "kind": "", **values},
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
