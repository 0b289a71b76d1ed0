"""The contact form: a question becomes a ticket, unless an article answers it first."""

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from supportbox import clock, inbox
from supportbox.channels import form as form_channel
from supportbox.config import Settings
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Message
from supportbox.kb.catalogue import Page, find_page
from supportbox.kb.ticket_link import note_ticket
from supportbox.people.throttle import allow
from supportbox.web.customer import call_back, call_offer, follow, links, offers, others, page, ratings
from supportbox.web.customer.form import Form, check, read_form, read_uploads
from supportbox.web.customer.stamp import make_stamp, read_stamp
from supportbox.web.forged import csrf
from supportbox.web.frame import page_language, render
from supportbox.web.help import freshness, tally
from supportbox.web.help.page import base_url
from supportbox.web.i18n import gettext as _
from supportbox.web.open_now import hours_shown
from supportbox.web.reading import business, reading, writing

bp = Blueprint("contact", __name__)
HOUR = timedelta(hours=1)
QUICKEST = timedelta(seconds=2)
AN_ADDRESS, A_PLACE = 3, 30  # messages an hour


@bp.get("/contact")
def contact() -> ResponseReturnValue:
    """The empty form, or with the words that somebody searched for."""
    form = Form(subject=request.args.get("subject", "")[:200].strip(), article=request.args.get("article", "")[:250])
    return _draw(form)


def send() -> ResponseReturnValue:
    """Make a ticket of the form, or show it again with what is wrong."""
    form = read_form()
    if "look" in request.form:
        return _draw(form)
    check(form)
    uploads = read_uploads(form)
    now = clock.now()
    call_offer.check(form, now)
    stamp = read_stamp(_settings().key("form"), form.stamp, now=now)
    if stamp is None:
        form.problems.setdefault("", _("This form had been open for a long time. Look it over and send it once more."))
        form.stamp = ""
    elif now - stamp.drawn_at < QUICKEST:
        form.problems.setdefault("", _("That was very quick. Look it over and send it once more."))
    if form.problems or stamp is None:
        return _draw(form), 422
    with writing() as session:
        address, place = f"form:{form.email.lower()}", f"form:{request.remote_addr}"
        is_allowed = allow(session, place, limit=A_PLACE, within=HOUR, now=now) and (
            allow(session, address, limit=AN_ADDRESS, within=HOUR, now=now)
        )
    if not is_allowed:
        form.problems[""] = _("You have written several times within the hour. Wait a while, then send this again.")
        return _draw(form), 429
    entry = form_channel.Entry(
        email=form.email,
        subject=form.subject,
        text=form.message + _about(form),
        name=form.name,
        language=page_language(),
        once=stamp.once,
        uploads=uploads,
        is_machine=bool(form.trap),
    )
    return redirect(_receive(entry, form), 303)


def _receive(entry: form_channel.Entry, form: Form) -> str:
    """Hand the message in; where to go then."""
    now, settings = clock.now(), _settings()
    for one in offers.offers_for(form.subject):
        tally.offered(one.id, "sent")
    with writing() as session:
        again = session.scalar(select(Message.ticket_id).where(Message.external_id == f"form:{entry.once}"))
        if again is None:
            incoming = form_channel.incoming_from(
                entry, mailbox_id=_mailbox_id(session), ticket_id=None, files_folder=Path(settings.files), now=now
            )
            receipt = inbox.receive(session, incoming, now=now)
            if receipt.is_new_ticket and receipt.ticket_id and (page := _article(form)):
                note_ticket(session, page.id, receipt.ticket_id, "followed", at=now)
            # An address is only a claim: a ticket that was there before is not shown to whoever knows it.
            again = receipt.ticket_id if receipt.is_new_ticket else None
            if again:
                call_offer.note_form(session, again, form, now)
    token = links.token_for(again) if again else ""
    return f"/contact/sent?request={token}" if token else "/contact/sent"


@bp.get("/contact/sent")
def sent() -> ResponseReturnValue:
    """We have it: the reference, and the way to follow it."""
    token = request.args.get("request", "")
    ticket = page.find_ticket(token) if token else None
    return _private(
        render("contact/sent.html", ticket=ticket, token=token, mail=_masked(ticket.email) if ticket else "")
    )


@bp.get("/contact/solved")
def solved() -> ResponseReturnValue:
    """Glad to hear it."""
    return render("contact/solved.html")


def _draw(form: Form) -> Response:
    form.stamp = form.stamp or make_stamp(_settings().key("form"), now=clock.now())
    found = offers.offers_for(form.subject)
    page = render(
        "contact/contact.html",
        form=form,
        offers=found,
        article=_article_title(form),
        canonical=f"{base_url()}/contact",
        hours=hours_shown(clock.now()),
        call_slots=call_offer.offered(clock.now()) if business().calls_back else (),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _about(form: Form) -> str:
    """A line for the agent: which article did not answer it."""
    title = _article_title(form)
    return f"\n\n— {title}\n{base_url()}/help/{form.article.replace('/', '/a/', 1)}" if title else ""


def _article_title(form: Form) -> str:
    page = _article(form)
    return page.title if page else ""


def _article(form: Form) -> Page | None:
    """The article from which somebody came here."""
    lang, _, slug = form.article.partition("/")
    page = find_page(reading(), lang, slug) if slug else None
    return page if page and page.status == "public" else None


def _mailbox_id(session: Session) -> int | None:
    """The mailbox that answers: one of the page's language if there is one, else the first."""
    own = (Mailbox.language == page_language()).desc()
    return session.scalar(select(Mailbox.id).where(Mailbox.is_active).order_by(own, Mailbox.id).limit(1))


def _masked(address: str) -> str:
    """Enough of an address to see a slip in it, not enough to learn it."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


# Nobody is signed in on these pages: there is no session that a forged form could misuse.
bp.add_url_rule("/contact", view_func=csrf.exempt(send), methods=["POST"])
bp.add_url_rule("/contact/suggestions", view_func=offers.offer)
bp.add_url_rule("/contact/suggestions", view_func=csrf.exempt(offers.opened), methods=["POST"])
bp.add_url_rule("/contact/solved", "mark_solved", view_func=csrf.exempt(offers.solved), methods=["POST"])
bp.add_url_rule("/r/<token>", view_func=follow.show)
bp.add_url_rule("/r/<token>/messages", view_func=csrf.exempt(follow.answer), methods=["POST"])
bp.add_url_rule("/r/<token>/call", view_func=csrf.exempt(call_back.ask), methods=["POST"])
bp.add_url_rule("/r/<token>/closure", view_func=csrf.exempt(follow.close), methods=["POST"])
bp.add_url_rule("/r/<token>/renewal", view_func=csrf.exempt(links.renew), methods=["POST"])
bp.add_url_rule("/r/<token>/rating", view_func=csrf.exempt(ratings.give), methods=["POST"])
bp.add_url_rule("/r/<token>/code", view_func=csrf.exempt(others.send_code), methods=["POST"])
bp.add_url_rule("/r/<token>/others", view_func=csrf.exempt(others.reveal), methods=["POST"])
bp.add_url_rule("/r/<token>/files/<file>", view_func=follow.file)
bp.after_request(freshness.pack_up)
