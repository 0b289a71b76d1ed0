"""The agent's side of moving: invite the customer to go on by another channel, by a message or by a code on screen."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.translations import catalogue
from supportbox.channels.vault import seal, unseal
from supportbox.config import Settings
from supportbox.errors import Forbidden, Refused
from supportbox.inbox.continuation import invite, list_open, revoke
from supportbox.inbox.continued import offered
from supportbox.inbox.reply import reply
from supportbox.inbox.ticket import Ticket
from supportbox.inbox.ways import Way, list_ways, usual_way
from supportbox.people.agent import Agent
from supportbox.web.access import get_viewer
from supportbox.web.channel_words import channel_inside, channel_word, service_name, way_name
from supportbox.web.customer.targets import link_of, list_targets
from supportbox.web.frame import page_language, render, speak
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _
from supportbox.web.inbox.after_send import ticket_address
from supportbox.web.inbox.gate import get_ticket, visible_ticket
from supportbox.web.inbox.keeping_safe import customer_language
from supportbox.web.inbox.sidebar import sidebar
from supportbox.web.inbox.way_menu import open_windows
from supportbox.web.qr import drawn, picture
from supportbox.web.reading import reading, writing
from supportbox.web.times import Times


def show(number: int) -> ResponseReturnValue:
    """Where this conversation can go on, and the links that are out."""
    _check()
    return _draw(number, **_code(number, request.args.get("code", "")[:500]))


def begin(number: int) -> ResponseReturnValue:
    """A link: sent to the customer where they are now, or drawn here for somebody who stands in front of us."""
    _check()
    channel, is_sent = request.form.get("channel", "")[:20], "code" not in request.form
    try:
        with writing() as session:
            ticket, agent, now = get_ticket(session, number), get_viewer().agent(session), clock.now()
            if channel not in list_targets(session):
                raise Refused("Choose where the conversation shall go on.")
            if ticket.deleted_at:
                raise Refused("This ticket was deleted. Restore it first.")
            token = invite(session, ticket, channel, contact_id=None, by=agent, now=now)
            message_id = _send(session, ticket, agent, channel, token) if is_sent else 0
    except Refused as error:
        return _draw(number, problem=explain(error)), error.status
    if is_sent:
        return redirect(f"{ticket_address(number)}#m{message_id}", 303)
    # The page with the code can be loaded again, and no log of addresses has the link in it.
    return redirect(f"/inbox/tickets/SB-{number}/continuations?code={seal(_settings(), token)}#code-title", 303)


def end(number: int, continuation_id: int) -> ResponseReturnValue:
    """Take a link back that nobody has used."""
    _check()
    with writing() as session:
        revoke(session, get_ticket(session, number), continuation_id, by=get_viewer().agent(session), now=clock.now())
    return redirect(f"/inbox/tickets/SB-{number}/continuations", 303)


def _code(number: int, sealed: str) -> Mapping[str, str]:
    """What shows a link that was just made, while nobody has used it."""
    with suppress(Refused):
        token = unseal(_settings(), sealed)
        found = offered(Session(reading()), token, now=clock.now()) if token else None
        if found and found[0].id == number and not found[2]:
            address = link_of(token)
            return {"channel": found[1], "address": address, "code": drawn(address), "paper": picture(address)}
    return {}


def _send(session: Session, ticket: Ticket, agent: Agent, channel: str, token: str) -> int:
    """The ready sentence, by where they are now. An invitation is no answer: whoever waits goes on waiting."""
    now, since, status = clock.now(), ticket.waiting_since, ticket.status
    way = usual_way(session, ticket, list_ways(session, ticket, open_windows(session), now=now))
    language = customer_language(session, ticket)
    text = catalogue(language).gettext(
        "We can go on by %(channel)s: open %(link)s – it is for you alone and lasts for 24 hours."
    ) % {"channel": _said_in(language, channel), "link": link_of(token)}
    message = reply(
        session,
        ticket,
        agent,
        text,
        now=now,
        then=status if status in ("open", "waiting") else "waiting",
        way=way if way and way.channel != "email" else None,
    )
    if status == "open":
        ticket.waiting_since = since
    message.facts = {**message.facts, "invites_to": channel}
    session.flush()
    return message.id


def _said_in(language: str, channel: str) -> str:
    """The channel's word for the customer, on an agent's page in perhaps another language."""
    here = page_language()
    speak(language)
    word = channel_inside(channel)
    speak(here)
    return word


def _draw(number: int, **values: Any) -> Response:
    row, now = visible_ticket(number), clock.now()
    session = Session(reading())
    ticket = session.get_one(Ticket, row.id)
    way = usual_way(session, ticket, list_ways(session, ticket, open_windows(session), now=now))
    shown = {"problem": "", "channel": "", "address": "", "code": "", "paper": "", **values}
    body = render(
        "inbox/continuing.html",
        number=number,
        subject=ticket.subject,
        targets=[(one, channel_word(one)) for one in list_targets(session)],
        name=channel_inside(shown["channel"]),
        by=_by(session, way) if way else "",
        links=_links(session, number),
        **shown,
        **sidebar(get_viewer(), ""),
    )
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _links(session: Session, number: int) -> Sequence[tuple[int, str, str]]:
    times = Times(clock.now())
    found = list_open(session.connection(), number, now=times.now)
    return [(one, channel_word(channel), times.message(ends_at)) for one, channel, ends_at in found]


def _by(session: Session, way: Way) -> str:
    return way_name(way.channel, way.value, service_name(session, way.channel, way.mailbox_id))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _check() -> None:
    if not get_viewer().can_reply:
        raise Forbidden(_("Light agents can add notes, but not reply to customers."))
