"""Who may do what: every address of the application against every kind of visitor. An address without a row fails."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supportbox import clock
from supportbox.app import create_app
from supportbox.config import Settings
from supportbox.inbox.callback import ask_for_call, soonest
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.event import record
from supportbox.inbox.intake import Intake
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.message import Attachment, Message
from supportbox.inbox.reply import reply
from supportbox.inbox.saved_reply import save_reply
from supportbox.inbox.ticket import Ticket
from supportbox.kb.manuscript import Manuscript
from supportbox.kb.writing import Writer
from supportbox.people.agent import ROLES, Agent
from supportbox.people.customer_field import keep_field
from supportbox.people.invitation import invite
from supportbox.people.team import make_team
from supportbox.store import db, transaction
from supportbox.web.customer.links import token_for
from supportbox.web.customer.proof import PROVEN
from tests.conftest import NOW, add_people
from tests.web.desk import Browser, give_passwords, letter, sign_in

EVERYBODY = {"anonymous", "customer", *ROLES}  # a customer is whoever came by the link of a letter
AGENTS = set(ROLES)
ANSWERING = AGENTS - {"light"}
MANAGING = {"owner", "admin"}
NOBODY: set[str] = set()  # outside the demo these are not there
TICKET = "/inbox/tickets/SB-<int:number>"

RIGHTS: dict[str, set[str]] = {
    "GET /": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /robots.txt": EVERYBODY,
    "GET /sitemap.xml": EVERYBODY,
    "GET /theme.css": EVERYBODY,
    "GET /static/<path:filename>": EVERYBODY,
    "GET /help/": EVERYBODY,
    "GET /help/<lang>/": EVERYBODY,
    "GET /help/<lang>/a/<slug>": EVERYBODY,
    "POST /help/<lang>/a/<slug>/feedback": EVERYBODY,
    "GET /help/<lang>/c/<slug>": EVERYBODY,
    "GET /help/<lang>/feed.xml": EVERYBODY,
    "GET /help/<lang>/search": EVERYBODY,
    "GET /help/pictures/<name>": EVERYBODY,  # the name is the right: nobody can guess one
    "GET /help/<lang>/suggestions": EVERYBODY,
    "GET /contact": EVERYBODY,
    "POST /contact": EVERYBODY,
    "GET /contact/sent": EVERYBODY,
    "GET /contact/solved": EVERYBODY,
    "POST /contact/solved": EVERYBODY,
    "GET /contact/suggestions": EVERYBODY,
    "POST /contact/suggestions": EVERYBODY,
    # the token is the right: another one is a 404, whoever asks
    "GET /r/<token>": EVERYBODY,
    "GET /r/<token>/files/<file>": EVERYBODY,
    "POST /r/<token>/call": EVERYBODY,
    "POST /r/<token>/closure": EVERYBODY,
    "POST /r/<token>/messages": EVERYBODY,
    "POST /r/<token>/rating": EVERYBODY,
    "POST /r/<token>/code": EVERYBODY,
    "POST /r/<token>/others": EVERYBODY,
    "GET /r/<token>/answers": EVERYBODY,
    "POST /r/<token>/answers": EVERYBODY,
    "POST /r/<token>/answers/code": EVERYBODY,
    "POST /r/<token>/answers/proof": EVERYBODY,
    "GET /r/<token>/safe": EVERYBODY,
    "POST /r/<token>/safe/code": EVERYBODY,
    "POST /r/<token>/safe/proof": EVERYBODY,
    "POST /r/<token>/safe/messages": EVERYBODY,  # with the code in this browser; without it nothing is taken
    "GET /go/<token>": EVERYBODY,
    "POST /go/<token>/chat": EVERYBODY,
    "POST /go/<token>/code": EVERYBODY,
    "POST /go/<token>/proof": EVERYBODY,
    "POST /r/<token>/renewal": EVERYBODY,  # answers the same whatever the token is
    # the token and the provider's signature are the right: tests/security/test_hooks.py asks for both
    "GET /files/<token>/<claim>": EVERYBODY,  # the signature is the right: tests/channels/test_lent_files.py
    "GET /hooks/<kind>/<token>": EVERYBODY,
    "POST /hooks/<kind>/<token>": EVERYBODY,
    # the widget: nobody is signed in; a token in a header is the right, and opens what is that visitor's
    "GET /widget.js": EVERYBODY,
    "GET /widget/panel": EVERYBODY,
    "GET /widget/panel.css": EVERYBODY,
    "GET /widget/articles": EVERYBODY,
    "GET /widget/talk": EVERYBODY,
    "GET /widget/files/<token>": NOBODY,  # but the visitor whose talk they belong to, by their token
    "POST /widget/talk": EVERYBODY,
    "POST /widget/person": EVERYBODY,
    "POST /widget/address": EVERYBODY,
    "POST /widget/identity": NOBODY,  # but whom a site's signature names
    "POST /widget/letters": EVERYBODY,
    "POST /widget/calls": EVERYBODY,
    "GET /widget/requests": EVERYBODY,
    "GET /widget/confirm/<token>": EVERYBODY,
    "POST /widget/confirm/<token>": EVERYBODY,
    "GET /settings/widget": MANAGING,
    "POST /settings/widget": MANAGING,
    "POST /settings/widget/secret": MANAGING,
    f"GET {TICKET}/chat": AGENTS,
    f"POST {TICKET}/chat": ANSWERING,
    "GET /login": EVERYBODY,
    "POST /login": EVERYBODY,
    "POST /logout": EVERYBODY,
    # the password just given is the right, or the token of a letter: another one is a 404
    "GET /login/code": EVERYBODY,
    "POST /login/code": EVERYBODY,
    "GET /login/reset": EVERYBODY,
    "POST /login/reset": EVERYBODY,
    "GET /login/reset/<token>": EVERYBODY,
    "POST /login/reset/<token>": EVERYBODY,
    "GET /invitation/<token>": EVERYBODY,
    "POST /invitation/<token>": EVERYBODY,
    # the set-up code is the right, and only while there is no agent
    "GET /setup": EVERYBODY,
    "POST /setup": EVERYBODY,
    "GET /setup/business": MANAGING,
    "POST /setup/business": MANAGING,
    "POST /setup/later": MANAGING,
    "GET /setup/people": MANAGING,
    "POST /setup/people": MANAGING,
    "POST /setup/end": MANAGING,
    "GET /setup/article": MANAGING,
    "POST /setup/article": MANAGING,
    "GET /setup/site": MANAGING,
    "POST /setup/site": MANAGING,
    "POST /setup/sample/deletion": MANAGING,
    "POST /setup/checklist/deletion": MANAGING,
    "GET /demo/": NOBODY,
    "GET /demo/<who>/": NOBODY,
    "GET /demo/<who>/<key>": NOBODY,
    "POST /demo/<who>/<key>/answers": NOBODY,
    "POST /demo/<who>/letters": NOBODY,
    "GET /demo/service/<path:filename>": NOBODY,
    "POST /demo/service/<path:filename>": NOBODY,
    "GET /inbox/": AGENTS,
    "GET /inbox/<name>": AGENTS,
    "GET /inbox/news": AGENTS,
    "GET /inbox/search": AGENTS,
    "GET /inbox/quarantine": AGENTS,
    "POST /inbox/bulk": AGENTS,  # what a role may not do is said of each ticket
    "POST /inbox/undo/<int:number>": AGENTS,
    "GET /inbox/views/<int:number>": AGENTS,
    "POST /inbox/views": AGENTS,  # one's own; everybody's are for owners and admins
    "POST /inbox/views/<int:number>": AGENTS,
    "POST /inbox/views/<int:number>/delete": AGENTS,
    "GET /inbox/intakes/<int:intake_id>/raw": AGENTS,
    "POST /inbox/intakes/<int:intake_id>/replay": AGENTS,
    "GET /inbox/attachments/<token>/<path:filename>": AGENTS,
    "GET /inbox/customers/<int:customer_id>": AGENTS,
    "POST /inbox/customers/<int:customer_id>/notes": AGENTS,
    "GET /inbox/customers": AGENTS,
    "POST /inbox/customers/<int:customer_id>/details": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/contacts": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/contacts/<int:contact_id>": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/contacts/<int:contact_id>/deletion": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/merge": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/merge/deletion": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/links/deletion": ANSWERING,
    "POST /inbox/customers/<int:customer_id>/export": MANAGING,
    "POST /inbox/customers/<int:customer_id>/erasure": MANAGING,
    "GET /settings/customer-fields": MANAGING,
    "POST /settings/customer-fields": MANAGING,
    "POST /settings/customer-fields/<int:number>": MANAGING,
    "POST /settings/customer-fields/<int:number>/deletion": MANAGING,
    "GET /settings/retention": MANAGING,
    "POST /settings/retention": MANAGING,
    "GET /settings/hours": MANAGING,
    "POST /settings/hours": MANAGING,
    f"GET {TICKET}": AGENTS,
    f"GET {TICKET}/messages/<int:message_id>/formatted": AGENTS,
    f"GET {TICKET}/messages/<int:message_id>/original": AGENTS,
    "GET /inbox/calls": AGENTS,
    "GET /inbox/calls/new": ANSWERING,
    "POST /inbox/calls/new": ANSWERING,
    "POST /inbox/calls/offer": MANAGING,
    "GET /inbox/calls/who": ANSWERING,
    "POST /inbox/calls/<int:number>/done": ANSWERING,
    "POST /inbox/calls/<int:number>/again": ANSWERING,
    f"GET {TICKET}/handover": ANSWERING,
    f"POST {TICKET}/handover": ANSWERING,
    "GET /inbox/people": AGENTS,
    "GET /inbox/tickets/new": ANSWERING,
    "POST /inbox/tickets/new": ANSWERING,
    f"GET {TICKET}/merger": ANSWERING,
    f"POST {TICKET}/merger": ANSWERING,
    f"POST {TICKET}/merger/delete": ANSWERING,
    f"POST {TICKET}/separation": ANSWERING,
    f"POST {TICKET}/mailbox": ANSWERING,
    f"POST {TICKET}/customer": ANSWERING,
    f"GET {TICKET}/continuations": ANSWERING,
    f"POST {TICKET}/continuations": ANSWERING,
    f"POST {TICKET}/continuations/<int:continuation_id>/deletion": ANSWERING,
    f"POST {TICKET}/trash": ANSWERING,
    f"POST {TICKET}/trash/delete": ANSWERING,
    f"POST {TICKET}/following": AGENTS,
    f"POST {TICKET}/following/delete": AGENTS,
    f"POST {TICKET}/presence": AGENTS,
    f"GET {TICKET}/articles": AGENTS,
    f"POST {TICKET}/articles/insertion": ANSWERING,
    f"POST {TICKET}/notes": AGENTS,
    f"POST {TICKET}/seen": AGENTS,
    "GET /inbox/token": AGENTS,
    "GET /inbox/uploads/<token>": AGENTS,  # their own; others get a 404
    "GET /inbox/uploads/<token>/<path:filename>": AGENTS,
    "POST /inbox/uploads": AGENTS,
    "POST /inbox/uploads/<token>/deletion": AGENTS,
    "POST /inbox/markdown": AGENTS,
    "POST /inbox/draft": AGENTS,
    f"POST {TICKET}/draft": AGENTS,
    f"POST {TICKET}/draft/deletion": AGENTS,
    f"POST {TICKET}/draft/restoration": AGENTS,
    f"POST {TICKET}/preview": AGENTS,
    f"GET {TICKET}/suggestions": AGENTS,
    f"GET {TICKET}/saved-replies": ANSWERING,
    f"POST {TICKET}/saved-replies": ANSWERING,
    f"POST {TICKET}/saved-replies/<int:reply_id>/insertion": ANSWERING,
    f"POST {TICKET}/forwards": ANSWERING,
    "GET /settings/replies": AGENTS,
    "POST /settings/replies": ANSWERING,
    "GET /settings/replies/new": ANSWERING,
    "POST /settings/replies/new": ANSWERING,
    "GET /settings/replies/<int:number>": ANSWERING,
    "POST /settings/replies/<int:number>": ANSWERING,
    "POST /settings/replies/<int:number>/place": ANSWERING,
    "POST /settings/replies/<int:number>/deletion": ANSWERING,
    f"POST {TICKET}/assignment": AGENTS,
    f"PUT {TICKET}/assignment": AGENTS,
    f"POST {TICKET}/closure": AGENTS,
    f"DELETE {TICKET}/closure": AGENTS,
    f"POST {TICKET}/closure/delete": AGENTS,
    f"POST {TICKET}/snooze": AGENTS,
    f"DELETE {TICKET}/snooze": AGENTS,
    f"POST {TICKET}/snooze/delete": AGENTS,
    f"POST {TICKET}/spam": AGENTS,
    f"POST {TICKET}/spam/delete": AGENTS,
    f"POST {TICKET}/tags": AGENTS,
    f"POST {TICKET}/tags/<name>": AGENTS,
    f"DELETE {TICKET}/tags/<name>": AGENTS,
    f"POST {TICKET}/tags/<name>/delete": AGENTS,
    f"POST {TICKET}/participants/<int:contact_id>": ANSWERING,
    f"POST {TICKET}/participants/<int:contact_id>/delete": ANSWERING,
    f"DELETE {TICKET}/participants/<int:contact_id>": ANSWERING,
    f"POST {TICKET}/messages/<int:message_id>/sender-rule": ANSWERING,
    f"POST {TICKET}/replies": ANSWERING,
    f"POST {TICKET}/replies/<int:message_id>/delete": ANSWERING,
    f"POST {TICKET}/deliveries/<int:delivery_id>/retry": ANSWERING,
    "GET /settings/help/": AGENTS,
    "GET /settings/help/new": AGENTS,
    "GET /settings/help/categories": AGENTS,
    "GET /settings/help/categories/<int:number>": AGENTS,
    "GET /settings/help/synonyms": AGENTS,
    "GET /settings/help/figures": AGENTS,
    "GET /settings/help/figures.csv": AGENTS,
    "POST /settings/help/move": ANSWERING,
    "POST /settings/help/categories": ANSWERING,
    "POST /settings/help/categories/<int:number>": ANSWERING,
    "POST /settings/help/categories/<int:number>/place": ANSWERING,
    "POST /settings/help/categories/<int:number>/articles/<int:article_id>/place": ANSWERING,
    "POST /settings/help/categories/<int:number>/deletion": ANSWERING,
    "POST /settings/help/synonyms": ANSWERING,
    "GET /settings/help/articles/<int:number>": AGENTS,
    "GET /settings/help/articles/<int:number>/versions": AGENTS,
    "POST /settings/help/preview": AGENTS,  # shows what was typed, keeps nothing
    "POST /settings/help/": ANSWERING,
    "POST /settings/help/pictures": ANSWERING,
    "POST /settings/help/unsaved/<int:number>": ANSWERING,
    "POST /settings/help/unsaved/<int:number>/deletion": ANSWERING,
    "POST /settings/help/articles/<int:number>": ANSWERING,
    "POST /settings/help/articles/<int:number>/deletion": ANSWERING,
    "POST /settings/help/articles/<int:number>/versions/<int:version>/restoration": ANSWERING,
    "GET /settings/look": MANAGING,
    "POST /settings/look": MANAGING,
    "GET /settings/mail": AGENTS,
    "POST /settings/mail/domains": MANAGING,
    "POST /settings/mail/sending": MANAGING,
    "POST /settings/mail/<int:mailbox_id>/secret": MANAGING,
    "GET /settings/mailboxes": MANAGING,
    "GET /settings/mailboxes/new": MANAGING,
    "POST /settings/mailboxes/new": MANAGING,
    "GET /settings/mailboxes/new/servers": MANAGING,
    "POST /settings/mailboxes/new/servers": MANAGING,
    "GET /settings/mailboxes/new/test": MANAGING,
    "POST /settings/mailboxes/new/test": MANAGING,
    "GET /settings/mailboxes/new/stages": MANAGING,
    "POST /settings/mailboxes/new/save": MANAGING,
    "GET /settings/mailboxes/sign-in": MANAGING,  # the state is the right besides: once, in the session that began it
    "POST /settings/mailboxes/sign-in/client": MANAGING,
    "GET /settings/mailboxes/<int:number>": MANAGING,
    "POST /settings/mailboxes/<int:number>": MANAGING,
    "GET /settings/mailboxes/<int:number>/acknowledgement": MANAGING,
    "POST /settings/mailboxes/<int:number>/acknowledgement": MANAGING,
    "POST /settings/mailboxes/<int:number>/pause": MANAGING,
    "POST /settings/mailboxes/<int:number>/resume": MANAGING,
    "POST /settings/mailboxes/<int:number>/servers": MANAGING,
    "POST /settings/mailboxes/<int:number>/sign-in/deletion": MANAGING,
    "POST /settings/mailboxes/<int:number>/deletion": MANAGING,
    "GET /settings/channels": MANAGING,
    "GET /settings/channels/new/<kind>": MANAGING,
    "POST /settings/channels/new/<kind>": MANAGING,
    "GET /settings/channels/<int:number>": MANAGING,
    "POST /settings/channels/<int:number>": MANAGING,
    "POST /settings/channels/<int:number>/pause": MANAGING,
    "POST /settings/channels/<int:number>/resume": MANAGING,
    "POST /settings/channels/<int:number>/deletion": MANAGING,
    "GET /settings/mail-trust": MANAGING,
    "POST /settings/mail-trust": MANAGING,
    "POST /settings/mail-trust/rules": MANAGING,
    "POST /settings/mail-trust/rules/deletion": MANAGING,
    "GET /settings/agents": MANAGING,
    "POST /settings/agents/invitations": MANAGING,
    "POST /settings/agents/invitations/<int:number>/renewal": MANAGING,
    "POST /settings/agents/invitations/<int:number>/deletion": MANAGING,
    "POST /settings/agents/<int:number>/role": MANAGING,
    "POST /settings/agents/<int:number>/deactivation": MANAGING,
    "POST /settings/agents/<int:number>/reactivation": MANAGING,
    "POST /settings/agents/<int:number>/second-factor/deletion": MANAGING,
    "POST /settings/agents/second-factor": MANAGING,
    "GET /settings/teams": MANAGING,
    "POST /settings/teams": MANAGING,
    "POST /settings/teams/<int:number>": MANAGING,
    "POST /settings/teams/<int:number>/deletion": MANAGING,
    "GET /settings/audit": MANAGING,
    "GET /settings/audit/audit.csv": MANAGING,
    "GET /settings/me/second-factor": AGENTS,
    "POST /settings/me/second-factor": AGENTS,
    "POST /settings/me/second-factor/codes": AGENTS,
    "POST /settings/me/second-factor/deletion": AGENTS,
    "POST /settings/me/sessions/<int:number>/deletion": AGENTS,
    "POST /settings/me/sessions/deletion": AGENTS,
    "GET /notices": AGENTS,
    "POST /notices/read": AGENTS,
    "GET /notices/news": AGENTS,
    "GET /settings": AGENTS,  # leads to what the role may open, nothing else
    "GET /settings/me/notices": AGENTS,
    "POST /settings/me/notices": AGENTS,
    "GET /settings/me": AGENTS,
    "POST /settings/me": AGENTS,
    "POST /settings/me/password": AGENTS,
}
# These act for whoever fills them in, or for whoever has the token, and never look at a session.
WITHOUT_SESSION = {
    "POST /widget/talk",
    "POST /widget/person",
    "POST /widget/address",
    "POST /widget/identity",
    "POST /widget/letters",
    "POST /widget/calls",
    "POST /widget/confirm/<token>",
    "POST /contact",
    "POST /contact/solved",
    "POST /contact/suggestions",
    "POST /help/<lang>/a/<slug>/feedback",
    "POST /r/<token>/closure",
    "POST /r/<token>/messages",
    "POST /r/<token>/rating",
    "POST /r/<token>/code",
    "POST /r/<token>/others",
    "POST /r/<token>/renewal",
    "POST /r/<token>/answers",
    "POST /r/<token>/answers/code",
    "POST /r/<token>/answers/proof",
    "POST /r/<token>/safe/code",
    "POST /r/<token>/safe/proof",
    "POST /r/<token>/safe/messages",
    "POST /go/<token>/chat",
    "POST /go/<token>/code",
    "POST /go/<token>/proof",
}
# What all forms together ask for.
FIELDS = {
    "is_on": "1",
    "text": "words",
    "tag": "vip",
    "name": "vip",
    "agent": "me",
    "for": "1d",
    "email": "x",
    "password": "x",
    "lang": "en",
    "title": "Parcels",
    "body": "Slow.",
    "slug": "parcels",
    "seen": "9",
    "category": "Post",
    "status": "draft",
}


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context(), transaction() as session:
        add_people(session)
        for role in ROLES:
            session.add(Agent(email=f"{role}@shop.example", name=role.title(), role=role, created_at=NOW))
    give_passwords(app)
    _fill(app, settings)
    return app


def test_every_address_has_a_row_and_every_row_an_address(app: Flask) -> None:
    there = set(_addresses(app))
    assert there - set(RIGHTS) == set(), "say in RIGHTS who may do this"
    assert set(RIGHTS) - there == set(), "these are gone"


@pytest.mark.parametrize("who", ["anonymous", "customer", *ROLES])
def test_each_visitor_gets_what_is_theirs_and_nothing_else(who: str, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # whether forged forms are turned away is asked below
    cookie = _cookie(app, who)
    wrong = {}
    for address in _addresses(app):
        answer = _ask(app, address, cookie)
        if _is_let_in(answer) != (who in RIGHTS.get(address, NOBODY)):
            wrong[address] = answer.status
    assert wrong == {}


def test_no_form_is_taken_without_its_token(app: Flask) -> None:
    cookie = _cookie(app, "owner")
    taken = {
        address
        for address in _addresses(app)
        if not address.startswith("GET") and _ask(app, address, cookie).status_code not in (400, 404)
    }
    assert taken <= WITHOUT_SESSION


def test_looking_changes_nothing(app: Flask) -> None:
    """Every page twice as the owner: no ticket, message, delivery or agent is another afterwards."""
    cookie = _cookie(app, "owner")
    for address in _addresses(app):
        if address.startswith("GET"):
            _ask(app, address, cookie)
    before = _rows(app)
    for address in _addresses(app):
        if address.startswith("GET"):
            _ask(app, address, cookie)
    assert _rows(app) == before


def _addresses(app: Flask) -> list[str]:
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    rules = app.url_map.iter_rules()
    found = {f"{method} {_plain(rule.rule)}" for rule in rules for method in (rule.methods or set()) & methods}
    # Signing out comes last: it ends the session on the server.
    return sorted(found, key=lambda address: (address == "POST /logout", address.endswith("/deletion"), address))


def _plain(rule: str) -> str:
    """The address without the bounds of its numbers."""
    return re.sub(r"<int\(max=\d+\):", "<int:", rule)


def _fill(app: Flask, settings: Settings) -> None:
    """One of everything that an address can name."""
    number = letter(
        app, now=NOW, text="It has not come.", html="<p>It has not come.</p>", external_id="<a@example.org>"
    )
    with app.app_context(), transaction() as session:
        ticket, owner = session.get_one(Ticket, number), session.scalars(select(Agent).order_by(Agent.id)).first()
        assert owner
        message = reply(session, ticket, owner, "It is on its way.", now=NOW, undo=timedelta(days=9999))
        failed = reply(session, ticket, owner, "And another.", now=NOW)
        session.scalars(select(Delivery).where(Delivery.message_id == failed.id)).one().state = "failed"
        file = {"token": "f" * 32, "filename": "a.txt", "content_type": "text/plain", "size": 2, "sha256": ""}
        session.add(Attachment(message_id=message.id, **file))
        values = {"mailbox_id": 1, "uidvalidity": 1, "uid": 1, "sha256": "", "size": 2, "path": "1.eml"}
        session.add(Intake(state="quarantined", received_at=NOW, kept_at=NOW, **values))
        for words in ("Slow.", "Fast."):  # the second makes the first a version
            with Writer(session, record, NOW) as writer:
                article, _ = writer.save(Manuscript(slug="post", lang="en", title="Post", body=words, category="Post"))
        assert article.id == 1
        save_reply(session, owner, name="Late", body="Sorry.", now=NOW)
        invite(session, "eve@shop.example", role="agent", language="en", by=owner, now=clock.now())
        soon = clock.now()
        ask_for_call(
            session, ticket=ticket, phone="06 12 34 56 78", slot=soonest(soon), now=soon, how="page", region="FR"
        )
        make_team(session, "Returns")
        keep_field(session, None, name="Shoe size", kind="number")
        session.add(Mailbox(address="connected@shop.example", name="", oauth_sealed="x", created_at=NOW))
        session.flush()
        session.add(Mailbox(address="chat", channel="chat", options={}, created_at=NOW))
        session.add(Mailbox(id=77, address="gateway", channel="webhook", hook_token="e" * 32, created_at=NOW))
    for folder in ("files/ff", "raw"):
        (settings.instance / folder).mkdir(parents=True, exist_ok=True)
    (settings.instance / "raw" / "1.eml").write_bytes(b"\r\n")
    Path(settings.instance / "files" / "ff" / ("f" * 32)).write_bytes(b"hi")


def _cookie(app: Flask, who: str) -> str:
    if who == "anonymous":
        return ""
    browser = _customer(app) if who == "customer" else sign_in(app, f"{who}@shop.example")
    cookie = browser.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    return cookie.value


def _customer(app: Flask) -> Browser:
    """Cleo's browser, once she has opened her link and typed the code that shows her other requests."""
    with app.app_context():
        ticket = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
        assert ticket
        own, customer = token_for(ticket.id), ticket.customer_id
    browser = Browser(app.test_client())
    assert "Where is my parcel?" in browser.get(f"/r/{own}")
    with browser.client.session_transaction() as session:
        session[PROVEN] = [customer, (clock.now() + timedelta(hours=1)).timestamp()]
    return browser


def _ask(app: Flask, address: str, cookie: str) -> TestResponse:
    method, _, rule = address.partition(" ")
    with app.app_context():
        number = 1 if "/settings/" in rule else db.session.scalar(select(Ticket.id)) or 0
        if "/settings/channels/<" in rule:
            number = 77
        if "/inbox/calls/<" in rule:
            number = 1
        if "/agents/<" in rule or "/sessions/<" in rule:
            number = 2 if "/agents/" in rule else 999  # Ben, whom admins may change; nobody's session, or we were out
        message = db.session.scalar(select(Message.id).where(Message.kind == "agent").order_by(Message.id)) or 2
        failed = db.session.scalar(select(Delivery.id).where(Delivery.state == "failed")) or 0
    values = {
        "number": number, "message_id": message, "delivery_id": failed, "intake_id": 1, "customer_id": 1, "lang": "en",
        "mailbox_id": 2,  # the one that is connected
        "slug": "none", "token": "f" * 32, "filename": "app.css" if "/static" in rule else "a.txt", "file": "f",
        "name": "vip" if "/tags" in rule else "mine", "who": "cleo", "key": "1", "version": 1, "article_id": 1,
        "contact_id": 1, "reply_id": 1, "continuation_id": 1, "kind": "webhook", "claim": "1.f",
    }  # fmt: skip
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), rule)
    client: FlaskClient = app.test_client()
    if cookie:
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    data = FIELDS if method != "GET" else None
    return client.open(path, method=method, data=data, buffered=True)


def _is_let_in(answer: TestResponse) -> bool:
    """Whether this visitor got through the door, whatever was behind it (a 404 for want of an article is through)."""
    if answer.request.path.startswith(("/login", "/logout", "/invitation/")):
        return True
    if answer.status_code in (401, 403):
        return False
    if answer.status_code == 404:
        return answer.request.path.startswith(
            ("/help/", "/r/", "/go/", "/setup", "/inbox/", "/theme.css", "/hooks/", "/files/", "/widget/confirm/")
        )
    return not answer.headers.get("Location", "").startswith("/login")


def _rows(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(select(table))]
            for table in (Ticket.__table__, Message.__table__, Delivery.__table__, Agent.__table__)
        }
