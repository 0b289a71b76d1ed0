"""The widget's settings: on or off, on which sites, its words, its colour and side, its machine, and the site's key."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from supportbox import clock
from supportbox.channels.vault import seal
from supportbox.inbox.chat import KIND, find_mailbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.people.audit import note
from supportbox.web.access import ask_to_sign_in, current_settings, get_viewer, managers_only
from supportbox.web.frame import render
from supportbox.web.help.page import base_url
from supportbox.web.i18n import LANGUAGES
from supportbox.web.i18n import gettext as _
from supportbox.web.reading import writing
from supportbox.web.theme import is_colour
from supportbox.web.widget.options import Options, forget_options, options, origin_of

bp = Blueprint("widget_settings", __name__, url_prefix="/settings/widget")
bp.before_request(ask_to_sign_in)
MOST_ORIGINS, LONGEST_GREETING, LONGEST_LABEL = 20, 300, 40


@dataclass(slots=True)
class Typed:
    """The form as it was typed."""

    is_on: bool
    has_chat: bool
    in_help: bool
    colour: str
    side: str
    label: str
    greetings: dict[str, str]
    origins: str
    nearness: str
    problems: dict[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Note what is wrong beside the field that it is about."""
        if self.colour and not is_colour(self.colour):
            self.problems["colour"] = _("Write the colour as # and six digits, such as #1a5fb4.")
        lines = self.lines
        if len(lines) > MOST_ORIGINS or not all(origin_of(line) for line in lines):
            self.problems["origins"] = _("One site a line, beginning with https://, at most twenty.")
        if not (self.nearness.isdecimal() and len(self.nearness) < 4 and int(self.nearness) <= 100):
            self.problems["nearness"] = _("Give a whole number from 0 to 100; 0 means never.")

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.origins.split("\n") if line.strip()]

    def values(self) -> dict[str, Any]:
        """As they are kept."""
        return {
            "colour": self.colour.lower(),
            "side": self.side,
            "label": self.label,
            "greetings": {code: text for code, text in self.greetings.items() if text},
            "origins": list(dict.fromkeys(origin_of(line) for line in self.lines)),
            "nearness": int(self.nearness),
            "has_chat": self.has_chat,
            "in_help": self.in_help,
        }


@bp.get("")
@managers_only
def form() -> ResponseReturnValue:
    """As it is, with the line that a site needs."""
    now = options() or Options(mailbox_id=0, is_on=False)
    return _draw(
        Typed(
            is_on=now.is_on,
            has_chat=now.has_chat,
            in_help=now.in_help,
            colour=now.colour,
            side=now.side,
            label=now.label,
            greetings={code: now.greeting(code) for code in LANGUAGES},
            origins="\n".join(now.origins),
            nearness=str(now.nearness),
        )
    )


@bp.post("")
@managers_only
def save() -> ResponseReturnValue:
    """Keep it; the first time makes the mailbox that is the chat."""
    given = request.form
    typed = Typed(
        is_on="is_on" in given,
        has_chat="has_chat" in given,
        in_help="in_help" in given,
        colour=given.get("colour", "").strip(),
        side="left" if given.get("side") == "left" else "right",
        label=" ".join(given.get("label", "").split())[:LONGEST_LABEL],
        greetings={code: given.get(f"greeting_{code}", "").strip()[:LONGEST_GREETING] for code in LANGUAGES},
        origins=given.get("origins", "").replace("\r", "")[:4000],
        nearness=given.get("nearness", "").strip() or "0",
    )
    typed.check()
    if typed.problems:
        return _draw(typed), 422
    with writing() as session:
        mailbox = _mailbox(session)
        mailbox.is_active, mailbox.options = typed.is_on, typed.values()
        _note(session)
    forget_options()
    return redirect("/settings/widget?saved", 303)


@bp.post("/secret")
@managers_only
def make_secret() -> ResponseReturnValue:
    """A new key with which a site can vouch for its people; shown once. The one before is over at once."""
    secret = secrets.token_urlsafe(32)
    with writing() as session:
        _mailbox(session).options_sealed = seal(current_settings(), secret)
        _note(session)
    forget_options()
    return render("settings/widget_secret.html", secret=secret)


def _mailbox(session: Session) -> Mailbox:
    found = find_mailbox(session)
    if found is None:
        found = Mailbox(
            address=KIND, name="Chat", channel=KIND, language="", has_acknowledgement=False, is_active=False,
            options={}, created_at=clock.now(),
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def _note(session: Session) -> None:
    viewer, address = get_viewer(), request.remote_addr or ""
    note(session, "settings_changed", agent_id=viewer.id, at=clock.now(), address=address, topic="widget")


def _draw(typed: Typed) -> str:
    now = options()
    return render(
        "settings/widget.html",
        typed=typed,
        tag=f'<script async src="{base_url()}/widget.js"></script>',
        base=base_url(),
        has_secret=bool(now and now.identity_sealed),
        is_saved="saved" in request.args,
    )
