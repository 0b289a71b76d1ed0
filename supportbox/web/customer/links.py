"""Links to a customer's request: reading them, making them, and mailing a new one for one that is over."""

from datetime import timedelta

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.config import Settings
from supportbox.inbox.desk_letter import queue_letter
from supportbox.inbox.ticket import Ticket
from supportbox.people.request_link import claimed, make_request_token, read_old_token, read_request_token
from supportbox.people.throttle import allow
from supportbox.web.customer.rows import Request, find_epoch, find_request
from supportbox.web.frame import render
from supportbox.web.help.page import base_url
from supportbox.web.i18n import LANGUAGES, catalogue
from supportbox.web.reading import business, reading, writing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
A_TICKET, A_PLACE = 3, 20  # new links a day, and an hour


def ticket_of(token: str) -> int | None:
    """The ticket of a link that is ours, not over and not ended."""
    claim = claimed(token)
    epoch = find_epoch(reading(), claim.ticket_id) if claim else None
    return None if epoch is None else read_request_token(_key(), token, now=clock.now(), epoch=epoch)


def token_for(ticket_id: int) -> str:
    """A fresh link's token."""
    return make_request_token(_key(), ticket_id, now=clock.now(), epoch=find_epoch(reading(), ticket_id) or 0)


def over(token: str, *, is_asked: bool = False) -> ResponseReturnValue:
    """The page for every link that opens nothing: over, ended, cut short, or anybody's invention."""
    response: Response = make_response(render("customer/over.html", token=token[:80], is_asked=is_asked))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response, 200 if is_asked else 404


def renew(token: str) -> ResponseReturnValue:
    """Mail a new link to where the request came from. The answer is the same whatever the link is."""
    claim, now = claimed(token), clock.now()
    epoch = find_epoch(reading(), claim.ticket_id) if claim else None
    number = None if epoch is None else read_old_token(_key(), token, epoch=epoch)
    asked = find_request(reading(), number) if number else None
    with writing() as session:
        is_allowed = allow(session, f"renew:{request.remote_addr}", limit=A_PLACE, within=HOUR, now=now)
        is_known = is_allowed and asked and asked.kind == "email" and asked.email
        if is_known and asked and allow(session, f"renew:{asked.id}", limit=A_TICKET, within=DAY, now=now):
            _mail(session, asked)
    return over(token, is_asked=True)


def end_links(session: Session, ticket_ids: list[int]) -> None:
    """Every link to these tickets is over from now on."""
    for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids))):
        ticket.link_epoch += 1
    session.flush()


def _mail(session: Session, asked: Request) -> None:
    now = clock.now()
    token = make_request_token(_key(), asked.id, now=now, epoch=asked.epoch)
    language = asked.language if asked.language in LANGUAGES else business().language
    _ = catalogue(language).gettext
    lines = (
        _("Hello,"),
        _("here is the new link to your request %(reference)s that somebody, probably you, asked for:"),
        f"{base_url()}/r/{token}",
        _("Keep it to yourself: whoever has it can read your request. It lasts for 30 days."),
    )
    queue_letter(
        session,
        to=asked.email,
        subject=_("Your request %(reference)s") % {"reference": asked.reference},
        text=seal(_settings(), "\n\n".join(lines) % {"reference": asked.reference}),
        is_sealed=True,
        language=language,
        kind="notice",
        ticket_id=asked.id,
        mailbox_id=asked.mailbox_id,
        now=now,
    )


def _key() -> bytes:
    return _settings().key("request-link")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
